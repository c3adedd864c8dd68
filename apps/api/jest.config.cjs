module.exports = require('../../tools/jest/preset.cjs')('api', { database: true, testTimeout: 60_000 });
