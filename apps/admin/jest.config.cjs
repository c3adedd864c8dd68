module.exports = require('../../tools/jest/preset.cjs')('admin', { database: true, testTimeout: 120_000 });
