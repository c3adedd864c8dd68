/** What the page says where it could not begin: what happened, and a way to try again. Only 401 means signed out. */
import { describeInChromium } from '@belfry/kit/chromium';
import type { Page, Route } from 'playwright-core';
import { faultsOf, stageForThisFile } from './page.fixture.js';

const html = (status: number) => (route: Route) =>
  route.fulfill({ status, contentType: 'text/html', body: '<h1>Please log in to the Wi-Fi</h1>' });
const problem = (status: number, detail: string) => (route: Route) =>
  route.fulfill({
    status,
    contentType: 'application/problem+json',
    body: JSON.stringify({ type: '/problems/x', title: 'x', status, detail }),
  });

describeInChromium('The first load', () => {
  const stage = stageForThisFile();
  beforeAll(() => stage.platform.makeAccount(1, 'Acme'));

  async function firstLoad(page: Page, answer: (route: Route) => Promise<void>): Promise<void> {
    await page.route('**/v1/session', answer);
    await page.goto(`${stage.platform.url}/?account=1`);
  }

  it.each<[string, (route: Route) => Promise<void>, string]>([
    ['a fault', problem(500, 'This is our fault, not yours.'), 'Something went wrong on the server'],
    ['a gateway that answers HTML', html(502), 'The server could not be reached'],
    [
      'a gateway that answers JSON of its own',
      (route) => route.fulfill({ status: 504, json: { message: 'x' } }),
      'The server could not be reached',
    ],
    [
      'too many requests',
      problem(429, 'Too many requests for this account. Try again in 3 s.'),
      'Too many requests',
    ],
    ['a captive portal', html(200), 'Unexpected response'],
    [
      'JSON that was cut',
      (route) => route.fulfill({ contentType: 'application/json', body: '{"account' }),
      'Unexpected response',
    ],
    [
      'JSON of something else',
      (route) => route.fulfill({ json: { login: 'https://wifi.example.com/' } }),
      'Unexpected response',
    ],
    [
      'JSON that is no object',
      (route) => route.fulfill({ contentType: 'application/json', body: 'null' }),
      'Unexpected response',
    ],
    ['nothing, with success', (route) => route.fulfill({ status: 204 }), 'Unexpected response'],
    [
      'a database that is away',
      problem(503, 'Nothing was stored. Please try again in a moment.'),
      'The server is not ready',
    ],
    ['a cut connection', (route) => route.abort(), 'No connection to the server'],
  ])('of %s says so, and tries again when asked', async (_what, answer, title) => {
    const page = await stage.signIn(1);
    await firstLoad(page, answer);
    await page.getByRole('heading', { name: title }).waitFor();
    expect(await page.getByText('You are not signed in').count()).toBe(0);
    expect(await faultsOf(page)).toEqual([]);
    await page.unroute('**/v1/session');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { name: /^Acme/ }).waitFor();
  });

  it('goes on when the server is there again', async () => {
    const page = await stage.signIn(1);
    await firstLoad(page, (route) => route.abort());
    await page.getByText('This page tries again every 2 seconds.').waitFor();
    await page.unroute('**/v1/session');
    await page.getByRole('heading', { name: /^Acme/ }).waitFor();
  });

  it('of a used link, of two sessions for one account, and of nobody, says what to do', async () => {
    const page = await stage.signIn(1);
    await page.context().clearCookies();
    await page.goto(`${stage.platform.url}/?account=1`);
    await page.getByText('npx belfry portal-link 1', { exact: true }).waitFor();
    await page.goto(stage.platform.url);
    await page.getByText('npx belfry portal-link 1000').waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await page.route('**/v1/session', (route) =>
      route.fulfill({
        status: 401,
        contentType: 'application/problem+json',
        body: JSON.stringify({
          type: '/problems/doubled-session',
          title: 'x',
          status: 401,
          detail: "Delete this site's cookies.",
        }),
      }),
    );
    await page.goto(stage.platform.url);
    await page.getByText("Delete this site's cookies.").waitFor();
  });

  it('without a session leads to the platform with the account and the place in the page that was asked for', async () => {
    const page = await stage.signIn(1);
    await page.route('**/v1/session', (route) =>
      route.fulfill({
        status: 401,
        contentType: 'application/problem+json',
        body: JSON.stringify({
          type: '/problems/unauthorized',
          title: 'x',
          status: 401,
          detail: 'x',
          refresh_url: `${stage.platform.url}/docs?from=belfry`,
        }),
      }),
    );
    await page.goto(`${stage.platform.url}/deliveries?account=1&status=failed&delivery=x`);
    await page.waitForURL('**/docs?**');
    const { searchParams } = new URL(page.url());
    expect(Object.fromEntries(searchParams)).toEqual({
      from: 'belfry',
      account_id: '1',
      to: '/deliveries?status=failed&delivery=x',
    });
  });
});
