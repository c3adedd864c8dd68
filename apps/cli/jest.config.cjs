module.exports = require('../../tools/jest/preset.cjs')({ testTimeout: 60_000 });
