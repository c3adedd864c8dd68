import { unwiseSettings } from './unwise-settings.js';

const wise = {
  publicUrl: 'https://notifications.example.com',
  production: true,
  portalFrameAncestors: ['https://app.example.com'],
  bootstrapApiKey: 'b3f1c2d4e5a6978899aabbccddeeff00',
};

describe('a start', () => {
  it('says nothing of settings that are wise', () => {
    expect(unwiseSettings(wise)).toEqual([]);
    const atHome = { ...wise, portalFrameAncestors: [], bootstrapApiKey: null };
    for (const publicUrl of ['http://127.0.0.1:3000', 'http://localhost:3000', 'http://[::1]:3000'])
      expect(unwiseSettings({ ...atHome, publicUrl })).toEqual([]);
    expect(unwiseSettings({ ...atHome, production: false, publicUrl: 'http://10.0.0.5' })).toEqual([]);
  });

  it.each(['http://notifications.example.com', 'http://10.0.0.5:3000', 'http://127.example.com'])(
    'in production warns of %s, over which sessions can be read',
    (publicUrl) => {
      expect(unwiseSettings({ ...wise, portalFrameAncestors: [], publicUrl })).toEqual([
        expect.stringMatching(/^PUBLIC_URL begins with http/),
      ]);
    },
  );

  it('warns of frames of other sites over http, in which nobody can sign in', () => {
    expect(unwiseSettings({ ...wise, production: false, publicUrl: 'http://127.0.0.1:3000' })).toEqual([
      expect.stringMatching(/^PORTAL_FRAME_ANCESTORS/),
    ]);
  });

  it.each(['a', 'secret', 'aaaaaaaaaaaaaaaaaaaaaaaa'])('warns of the key %j without showing it', (key) => {
    const [warning] = unwiseSettings({ ...wise, production: false, bootstrapApiKey: key });
    expect(warning).toMatch(/^BOOTSTRAP_API_KEY is easy to guess/);
    expect(warning).not.toContain(` ${key} `);
  });
});
