/**
 * One Jest configuration for every project. Jest runs CommonJS; Nest 12 and some other packages are ESM only, so
 * `transform.cjs` compiles our TypeScript and those packages to CommonJS with swc.
 *
 * Each project has up to two kinds of specs, told apart by where they are:
 *
 *   src/**   "unit": needs nothing but this checkout, not even a build
 *   test/**  "whole": may need PostgreSQL, a browser, and whatever is built
 *
 * `npm run test:unit` runs the first alone. Jest starts PostgreSQL only where a spec of the second kind is to run.
 * Persistence is the exception: its specs stand beside the SQL that they test, and `unit: false` says so.
 */
const path = require('node:path');
const root = path.resolve(__dirname, '../..');

const postgres = {
  globalSetup: path.join(__dirname, 'start-postgres.ts'),
  globalTeardown: path.join(__dirname, 'stop-postgres.ts'),
};

const common = {
  testEnvironment: 'node',
  transform: { '\\.[cm]?[jt]s$': path.join(__dirname, 'transform.cjs') },
  transformIgnorePatterns: [],
  moduleNameMapper: {
    '^@belfry/kit/([a-z-]+)$': `${root}/tools/kit/src/$1.ts`,
    '^@belfry/application/conformance$': `${root}/libs/application/src/ports/delivery-queue.conformance.fixture.ts`,
    '^@belfry/([a-z-]+)$': `${root}/node_modules/@belfry/$1/src/index.ts`,
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
};

/**
 * @param {{ unit?: boolean, testTimeout?: number, whole?: object }} [options] `unit: false`: specs in `src` are of the
 *   second kind, too. `whole`: more of Jest's configuration for the second kind.
 */
module.exports = ({ unit = true, testTimeout = 20_000, whole = {} } = {}) => {
  const needy = ['<rootDir>/test/**/*.spec.ts', ...(unit ? [] : ['<rootDir>/src/**/*.spec.ts'])];
  return {
    testTimeout,
    maxWorkers: 2,
    projects: [
      ...(unit ? [{ ...common, displayName: 'unit', testMatch: ['<rootDir>/src/**/*.spec.ts'] }] : []),
      { ...common, displayName: 'whole', testMatch: needy, ...postgres, ...whole },
    ],
  };
};
