module.exports = require('../tools/jest/preset.cjs')({
  unit: false,
  testTimeout: 120_000,
  whole: { testMatch: ['<rootDir>/*/**/*.spec.ts'] },
});
