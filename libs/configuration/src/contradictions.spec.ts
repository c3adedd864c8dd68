import { readConfiguration } from './configuration.js';
import { ConfigurationError } from './namespace.js';

/** What is said about each variable, by its name; nothing where all is well. */
function wrongIn(environment: Record<string, string>): Record<string, string> {
  try {
    readConfiguration(environment);
    return {};
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return Object.fromEntries(error.problems.map(({ pointer, message }) => [pointer.slice(1), message]));
  }
}

const postgres = 'postgres://me@db.example.com/belfry';

describe('settings that cannot be meant together are refused at the variable to change:', () => {
  it.each<[string, Record<string, string>, string, RegExp]>([
    [
      'more webhooks of one account than of all',
      { WEBHOOKS_IN_FLIGHT: '4', WEBHOOKS_IN_FLIGHT_PER_ACCOUNT: '5' },
      'WEBHOOKS_IN_FLIGHT_PER_ACCOUNT',
      /must not be more than WEBHOOKS_IN_FLIGHT/,
    ],
    [
      'one port for the API and for its metrics',
      { METRICS_PORT: '3000' },
      'METRICS_PORT',
      /must not be the same as PORT/,
    ],
    [
      'more mails to one domain than to all',
      { MAILS_IN_FLIGHT: '4', MAILS_IN_FLIGHT_PER_DOMAIN: '5' },
      'MAILS_IN_FLIGHT_PER_DOMAIN',
      /must not be more than MAILS_IN_FLIGHT/,
    ],
    [
      'a new session asked for where there is none',
      { PUBLIC_URL: 'https://n.example.com/', PORTAL_REFRESH_URL: 'https://n.example.com?from=belfry' },
      'PORTAL_REFRESH_URL',
      /address of your platform/,
    ],
    [
      'a key of everything that can be guessed, in production',
      { NODE_ENV: 'production', BOOTSTRAP_API_KEY: 'a' },
      'BOOTSTRAP_API_KEY',
      /too easy to guess for production.*random.*at least 16 characters/,
    ],
    [
      'a key that is long and of few characters, in production',
      { NODE_ENV: 'production', BOOTSTRAP_API_KEY: 'abababababababababababababab' },
      'BOOTSTRAP_API_KEY',
      /8 of them different/,
    ],
  ])('%s', (_what, environment, name, message) => {
    const wrong = wrongIn(environment);
    expect(Object.keys(wrong)).toEqual([name]);
    expect(wrong[name]).toMatch(message);
  });

  it('all of them at once, beside what is wrong on its own', () => {
    const wrong = wrongIn({
      PORT: 'http',
      WEBHOOKS_IN_FLIGHT: '1',
      WEBHOOKS_IN_FLIGHT_PER_ACCOUNT: '2',
    });
    expect(Object.keys(wrong).sort()).toEqual(['PORT', 'WEBHOOKS_IN_FLIGHT_PER_ACCOUNT']);
  });
});

describe('what can be meant is taken:', () => {
  it.each<[string, Record<string, string>]>([
    ['both halves on PostgreSQL', { ROLE: 'worker', DATABASE_URL: postgres }],
    ['half of the work on the embedded database, as for a look at what is queued', { ROLE: 'api' }],
    ['a key that can be guessed, while trying things out', { BOOTSTRAP_API_KEY: 'a' }],
    ['one account having all there is', { WEBHOOKS_IN_FLIGHT: '8', WEBHOOKS_IN_FLIGHT_PER_ACCOUNT: '8' }],
    [
      'a platform on the same host under another path',
      { PUBLIC_URL: 'https://a.example.com/belfry', PORTAL_REFRESH_URL: 'https://a.example.com/belfry-link' },
    ],
  ])('%s', (_what, environment) => {
    expect(wrongIn(environment)).toEqual({});
  });

  it('a total below the preset of one account, which is then that total', () => {
    const { limits } = readConfiguration({ WEBHOOKS_IN_FLIGHT: '3', MAILS_IN_FLIGHT: '2' });
    expect(limits).toEqual({
      webhooks: { inFlight: 3, perAccount: 3, perOrigin: 3 },
      mails: { inFlight: 2, perDomain: 2 },
    });
  });
});

describe('addresses that links begin with', () => {
  it.each(['PUBLIC_URL', 'PLATFORM_ADMIN_URL', 'PLATFORM_API_URL'])(
    '%s has nothing behind its path',
    (name) => {
      for (const url of [
        'https://x.example.com/?a=1',
        'https://x.example.com/#a',
        'https://me:pw@x.example.com',
      ])
        expect(Object.keys(wrongIn({ [name]: url }))).toEqual([name]);
      expect(wrongIn({ [name]: 'https://x.example.com/a/b' })).toEqual({});
    },
  );
});

it.each(['two words', '127.0.0.1/8', 'http://x', ':::1'])('HOST cannot be %s', (host) => {
  expect(Object.keys(wrongIn({ HOST: host }))).toEqual(['HOST']);
});

it.each(['0.0.0.0', '::', '::1', 'localhost', 'belfry-1.internal'])('HOST can be %s', (host) => {
  expect(wrongIn({ HOST: host })).toEqual({});
});
