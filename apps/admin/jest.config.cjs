module.exports = require('../../tools/jest/preset.cjs')({ testTimeout: 120_000 });
