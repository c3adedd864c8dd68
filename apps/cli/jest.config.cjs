module.exports = require('../../tools/jest/preset.cjs')('cli', { database: true, testTimeout: 60_000 });
