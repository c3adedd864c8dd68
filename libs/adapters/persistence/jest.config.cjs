module.exports = require('../../../tools/jest/preset.cjs')('persistence', { database: true });
