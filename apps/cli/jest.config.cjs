module.exports = require('../../tools/jest/preset.cjs')('cli', { database: true, testTimeout: 30_000 });
