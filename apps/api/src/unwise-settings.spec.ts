import { readConfiguration } from '@belfry/configuration';
import { unwiseSettings } from './unwise-settings.js';

/** What is said of these settings. */
const warningsOf = (environment: Record<string, string>) => unwiseSettings(readConfiguration(environment));
const key = { BOOTSTRAP_API_KEY: 'b3f1c2d4e5a6978899aabbccddeeff00' };
const production = { NODE_ENV: 'production' };
const PORTAL_FRAME_ANCESTORS = 'https://app.example.com';
const PUBLIC_URL = 'https://notifications.example.com';

describe('a start', () => {
  it('says nothing of settings that are wise', () => {
    expect(warningsOf({ ...production, ...key, PUBLIC_URL, PORTAL_FRAME_ANCESTORS })).toEqual([]);
    for (const url of ['http://127.0.0.1:3000', 'http://localhost:3000', 'http://[::1]:3000'])
      expect(warningsOf({ ...production, PUBLIC_URL: url })).toEqual([]);
    expect(warningsOf({ PUBLIC_URL: 'http://10.0.0.5' })).toEqual([]);
  });

  it.each(['http://notifications.example.com', 'http://10.0.0.5:3000', 'http://127.example.com'])(
    'in production warns of %s, over which sessions can be read',
    (url) => {
      expect(warningsOf({ ...production, ...key, PUBLIC_URL: url })).toEqual([
        expect.stringMatching(/^PUBLIC_URL begins with http/),
      ]);
    },
  );

  it('warns of frames of other sites over http, in which nobody can sign in', () => {
    expect(warningsOf({ ...key, PORTAL_FRAME_ANCESTORS, PUBLIC_URL: 'http://127.0.0.1:3000' })).toEqual([
      expect.stringMatching(/^PORTAL_FRAME_ANCESTORS/),
    ]);
  });

  it.each(['a', 'secret', 'aaaaaaaaaaaaaaaaaaaaaaaa'])('warns of the key %j without showing it', (weak) => {
    const [warning] = warningsOf({ BOOTSTRAP_API_KEY: weak });
    expect(warning).toMatch(/^BOOTSTRAP_API_KEY is easy to guess/);
    expect(warning).not.toContain(` ${weak} `);
  });
});
