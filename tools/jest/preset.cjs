/**
 * One Jest configuration for every project. Jest runs CommonJS; Nest 12 and some other packages are ESM only, so
 * `transform.cjs` compiles our TypeScript and those packages to CommonJS with swc.
 */
const path = require('node:path');
const root = path.resolve(__dirname, '../..');

module.exports = (project, { database = false, testTimeout = 20_000, ...more } = {}) => ({
  displayName: project,
  testEnvironment: 'node',
  testMatch: ['<rootDir>/src/**/*.spec.ts', '<rootDir>/test/**/*.spec.ts'],
  transform: { '\\.[cm]?[jt]s$': path.join(__dirname, 'transform.cjs') },
  transformIgnorePatterns: [],
  moduleNameMapper: {
    '^@belfry/([a-z-]+)$': `${root}/node_modules/@belfry/$1/src/index.ts`,
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  testTimeout,
  maxWorkers: 2,
  ...(database
    ? {
        globalSetup: path.join(__dirname, 'start-postgres.cjs'),
        globalTeardown: path.join(__dirname, 'stop-postgres.cjs'),
      }
    : {}),
  ...more,
});
