/** The page under a path of another host's name, through nginx as docs/operations/reverse-proxy.md sets it up. */
import { describeInChromium } from '@belfry/kit/chromium';
import { freePort } from '@belfry/kit/ports';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { adapted, blockOf, nginxAround, programOf, startProxy, type Proxy } from '@belfry/kit/proxies';
import { faultsOf, stageForThisFile } from './page.fixture.js';

const path = '/notifications';
const nginx = programOf('nginx');

function journeys(pass: string): void {
  let proxy: Proxy | undefined;
  let apiPort: number;
  let port: number;
  beforeAll(async () => {
    [apiPort, port] = [await freePort(), await freePort()];
    const folder = mkdtempSync(join(tmpdir(), 'belfry-nginx-'));
    const locations = adapted(blockOf('## Under a path', 'nginx'), [['proxy_pass http://belfry;', pass]]);
    const server = `upstream belfry { server 127.0.0.1:${apiPort}; keepalive 16; }
server { listen 127.0.0.1:${port}; location / { return 404; } ${locations} }`;
    proxy = await startProxy(nginx!, folder, port, nginxAround(folder, server));
  });
  const stage = stageForThisFile(() => ({
    environment: { PORT: String(apiPort), PUBLIC_URL: `http://127.0.0.1:${port}${path}` },
  }));
  beforeAll(() => stage.platform.makeAccount(1, 'Acme'));
  afterAll(() => proxy?.stop());

  /** Where the browser is, and what it asked for beside the path. */
  const placeOf = (page: Page) => new URL(page.url()).pathname + new URL(page.url()).search;

  it('signs in, saves, opens Deliveries by a deep link, and is there again after a reload', async () => {
    const page = await stage.signIn(1);
    const strays: string[] = [];
    page.on('request', (request) => {
      const { protocol, pathname } = new URL(request.url());
      if (protocol === 'http:' && !pathname.startsWith(`${path}/`)) strays.push(pathname);
    });
    await page.getByRole('heading', { name: 'Acme Administrator Settings' }).waitFor();
    expect(placeOf(page)).toBe(`${path}/?account=1`);

    await page.getByLabel('Webhook URL', { exact: true }).fill(stage.platform.endpointUrl);
    const toggle = page.getByRole('switch', { name: 'Send Webhook: Run Failed' });
    await toggle.check({ force: true });
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Saved', { exact: true }).first().waitFor();
    await page.reload();
    await toggle.waitFor({ state: 'attached' });
    expect(await toggle.isChecked()).toBe(true);

    await page.getByRole('link', { name: 'Company', exact: true }).click();
    await page.getByLabel('Email address').waitFor();
    expect(placeOf(page)).toBe(`${path}/company?account=1`);
    await page.goBack();
    await page.getByLabel('Webhook URL', { exact: true }).waitFor();

    await stage.platform.publishFailedRun(1, 7);
    await stage.platform.allFinished(1);
    const { url } = await stage.platform.call('POST', '/v1/accounts/1/portal-links', {
      to: '/deliveries?channel=email',
    });
    await page.goto(String(url));
    await page.locator('.row').first().waitFor();
    expect(placeOf(page)).toBe(`${path}/deliveries?account=1&channel=email`);
    await page.locator('.row-link').first().click();
    await page.frameLocator('.mail-frame').getByText('Acme').first().waitFor();
    expect(placeOf(page)).toMatch(new RegExp(`^${path}/deliveries\\?account=1&channel=email&delivery=`));
    await page.reload();
    await page.frameLocator('.mail-frame').getByText('Acme').first().waitFor();

    expect(await faultsOf(page)).toEqual([]);
    expect(strays).toEqual([]);
  });

  it('takes the secret of a link that another site led to out of the address, and signs out there', async () => {
    const page = await stage.signIn(1);
    await page.getByRole('heading', { name: 'Acme Administrator Settings' }).waitFor();
    const secret = (await stage.platform.portalLink(1)).slice(-64);
    await page.goto('about:blank');
    await page.goto(`${stage.platform.url}/#open=${secret}`);
    await page.getByRole('heading', { name: 'Acme Administrator Settings' }).waitFor();
    expect(placeOf(page)).toBe(`${path}/?account=1`);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('You are signed out').waitFor();
    await page.goto(`${stage.platform.url}/?account=1`);
    await page.getByText('You are not signed in').waitFor();
    expect(placeOf(page)).toBe(`${path}/?account=1`);
  });

  it('/docs shows the API, and sends what is tried out to the path', async () => {
    const page = await stage.signIn(1);
    await page.goto(`${stage.platform.url}/docs`);
    await page.locator('.opblock').first().waitFor();
    expect(await page.locator('.servers option').allTextContents()).toEqual([
      expect.stringMatching(new RegExp(`${path}$`)),
    ]);
  });
}

if (nginx === undefined) {
  it('under a path nothing was tested: nginx was not found', () => {
    process.stderr.write('\nThe page under a path: no nginx was found, so no journey was tested.\n');
    expect(nginx).toBeUndefined();
  });
} else {
  describeInChromium('Under a path that the proxy hands on', () => journeys('proxy_pass http://belfry;'));
  describeInChromium('Under a path that the proxy takes off', () => journeys('proxy_pass http://belfry/;'));
}
