module.exports = require('../../tools/jest/preset.cjs')({
  testTimeout: 60_000,
  whole: {
    globalSetup: '<rootDir>/test/start-shared-servers.ts',
    globalTeardown: '<rootDir>/test/stop-shared-servers.ts',
  },
});
