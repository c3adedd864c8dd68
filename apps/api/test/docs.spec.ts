import { platformForThisFile } from './server.fixture.js';

const platform = platformForThisFile();
const get = (path: string) => platform.server.get(path, { authorization: undefined });

it('/docs is a page for everybody, whose scripts and styles all load from this process', async () => {
  const page = await get('/docs');
  expect(page.status).toBe(200);
  expect(page.headers.get('content-type')).toMatch(/^text\/html/);
  const html = String(page.body);
  const assets = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path!);
  expect(assets.length).toBeGreaterThanOrEqual(3);
  for (const path of assets) {
    // Relative: the page may stand under a path.
    expect(path).toMatch(/^docs\/[^/]/);
    const asset = await get(`/${path}`);
    expect(asset.status).toBe(200);
    expect(asset.headers.get('content-type')).toMatch(path.endsWith('.css') ? /^text\/css/ : /javascript/);
    expect(String(asset.body).length).toBeGreaterThan(50);
  }
});

it('the page names no other host, and its script reads the description of this process', async () => {
  const html = String((await get('/docs')).body);
  const script = String((await get('/docs/page.js')).body);
  expect(html + script).not.toMatch(/https?:|\/\/[a-z]/);
  expect(/url: '([^']+)'/.exec(script)?.[1]).toBe('openapi.json');
  expect((await get('/openapi.json')).status).toBe(200);
});
