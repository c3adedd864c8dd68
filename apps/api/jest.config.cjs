module.exports = require('../../tools/jest/preset.cjs')('api', {
  database: true,
  testTimeout: 60_000,
  globalSetup: '<rootDir>/test/start-shared-servers.cjs',
  globalTeardown: '<rootDir>/test/stop-shared-servers.cjs',
});
