import { describeInChromium } from '@belfry/kit/chromium';
import { waitFor } from '@belfry/kit/waiting';
import type { Page } from 'playwright-core';
import { faultsOf, stageForThisFile } from './page.fixture.js';

/** A state of the page: where it is, and how one comes to it from the page opened there. */
type State = readonly [name: string, path: string, reach: (page: Page) => Promise<unknown>];

const set = 301;
const unset = 302;

describeInChromium('Every state of the page, by WCAG 2.2 AA', () => {
  const stage = stageForThisFile();
  const url = (page: Page) => page.getByLabel('Webhook URL', { exact: true });
  const answer = (page: Page, status: number, body: object) =>
    page.route('**/notification-settings', (route) =>
      route.request().method() === 'PUT'
        ? route.fulfill({ status, contentType: 'application/problem+json', body: JSON.stringify(body) })
        : route.continue(),
    );

  beforeAll(async () => {
    await stage.platform.makeAccount(unset);
    await stage.platform.makeAccount(set);
    await stage.platform.set(set, {
      webhook_url: stage.platform.endpointUrl,
      events: {
        run_failed: { send_webhook: true, email_subscribers: 'ops@example.com, oncall@example.com' },
      },
    });
    await stage.platform.publishMany(set, 3);
    await waitFor(() => stage.platform.received.length >= 3);
    stage.platform.answer.status = 500;
    await stage.platform.publishMany(set, 3);
    await waitFor(() => stage.platform.received.length >= 6);
    stage.platform.answer.status = 200;
  });

  const unconfigured: readonly State[] = [
    ['never configured', '/', (page) => page.getByText('Nothing is set up yet.').waitFor()],
    [
      'an invalid URL and a bad address',
      '/',
      async (page) => {
        await url(page).fill('http://10.1.2.3/in');
        await page.getByLabel('Email subscribers: Run Failed').fill('good@example.com, bad one,');
        await page.getByText('must point at a public address').waitFor();
        await page.getByText('is not a single address').waitFor();
      },
    ],
    [
      'refused by the server',
      '/',
      async (page) => {
        await answer(page, 400, {
          title: '',
          detail: '',
          status: 400,
          errors: [{ pointer: '/webhook_url', message: 'must be another one' }],
        });
        await url(page).fill('https://hooks.example.com/in');
        await page.getByRole('button', { name: 'Save', exact: true }).click();
        await page.getByText('must be another one').waitFor();
      },
    ],
    [
      'saving',
      '/',
      async (page) => {
        await page.evaluate(() => {
          window.fetch = () => new Promise(() => undefined);
        });
        await url(page).fill('https://hooks.example.com/in');
        await page.getByRole('button', { name: 'Save', exact: true }).click();
        await page.getByRole('button', { name: 'Saving…' }).waitFor();
      },
    ],
    [
      'without a connection',
      '/',
      async (page) => {
        await url(page).fill('https://hooks.example.com/in');
        await page.context().setOffline(true);
        await page.getByRole('button', { name: 'Save', exact: true }).click();
        await page.getByText('Not saved: no connection').waitFor();
      },
    ],
    [
      'no deliveries yet',
      '/deliveries',
      async (page) => {
        await page.getByText('No deliveries yet').waitFor();
      },
    ],
    [
      'loading',
      '/',
      async (page) => {
        await page.route('**/notification-settings', () => undefined);
        await page.reload();
        await page.locator('[aria-busy]').waitFor();
      },
    ],
    [
      'signed out',
      '/',
      async (page) => {
        await page.route('**/v1/session', (route) =>
          route.fulfill({
            status: 401,
            contentType: 'application/problem+json',
            body: JSON.stringify({ title: '', detail: '', status: 401 }),
          }),
        );
        await page.goto(`${stage.platform.url}/?link=used`);
        await page.getByText('This link no longer works').waitFor();
      },
    ],
  ];

  const configured: readonly State[] = [
    [
      'configured, with the preview of a payload and the answer to a test',
      '/',
      async (page) => {
        await page.getByRole('button', { name: 'Payload preview: Run Failed' }).click();
        await page.getByRole('button', { name: 'Send test' }).click();
        await page.getByRole('menuitem', { name: 'Run Failed' }).click();
        await page.getByText('The endpoint responded with 200').waitFor();
      },
    ],
    [
      'the menu of tests',
      '/',
      async (page) => {
        await page.getByRole('button', { name: 'Send test' }).click();
        await page.getByRole('menuitem').first().waitFor();
      },
    ],
    [
      'the URL cleared',
      '/',
      async (page) => {
        await url(page).fill('');
        await page.getByText('saving turns off Send Webhook').waitFor();
      },
    ],
    [
      'saved by somebody else meanwhile',
      '/',
      async (page) => {
        await answer(page, 412, { title: '', detail: '', status: 412 });
        await url(page).fill('https://mine.example.com/in');
        await page.getByRole('button', { name: 'Save', exact: true }).click();
        await page.getByRole('dialog').waitFor();
      },
    ],
    [
      'read only',
      '/',
      async (page) => {
        await page.route('**/v1/session', async (route) => {
          const response = await route.fetch();
          await route.fulfill({
            response,
            json: { ...((await response.json()) as object), scopes: ['settings:read'] },
          });
        });
        await page.reload();
        await page.getByText('Read only').first().waitFor();
      },
    ],
    [
      'Company, with something unsaved and something wrong',
      '/company',
      async (page) => {
        await page.getByLabel('Email address').fill('pat');
        await page.getByText('must be an email address').waitFor();
      },
    ],
    [
      'a list of deliveries with some selected',
      '/deliveries',
      async (page) => {
        await page.getByRole('checkbox', { name: 'Select all shown' }).check();
        await page.getByText(/\d+ selected/).waitFor();
      },
    ],
    [
      'many to be redelivered',
      '/deliveries?status=failed',
      async (page) => {
        await page.getByRole('checkbox', { name: 'Select all shown' }).check();
        await page.getByRole('button', { name: /^Redeliver \d+$/ }).click();
        await page.getByRole('dialog').waitFor();
      },
    ],
    [
      'everything that failed to be redelivered',
      '/deliveries',
      async (page) => {
        await page.getByRole('button', { name: 'Redeliver all failed…' }).click();
        await page.getByText('failed deliveries found.').waitFor();
      },
    ],
    [
      'everything that failed not redelivered, for want of a connection',
      '/deliveries?status=failed',
      async (page) => {
        await page.getByRole('button', { name: 'Redeliver all failed…' }).click();
        await page.context().setOffline(true);
        await page.getByRole('button', { name: 'Redeliver all failed', exact: true }).click();
        await page.getByText('What was queued stays queued.').waitFor();
      },
    ],
    [
      'a failed webhook',
      '/deliveries?status=failed',
      async (page) => {
        await page.getByRole('link', { name: 'Run Failed' }).first().click();
        await page.getByRole('heading', { name: 'Response' }).waitFor();
      },
    ],
    [
      'the question before a redelivery',
      '/deliveries?status=failed',
      async (page) => {
        await page.getByRole('link', { name: 'Run Failed' }).first().click();
        await page.getByRole('button', { name: 'Redeliver', exact: true }).click();
        await page.getByRole('dialog', { name: 'Redeliver this event?' }).waitFor();
      },
    ],
    [
      'a mail',
      '/deliveries?channel=email',
      async (page) => {
        await page.getByRole('link', { name: 'Run Failed' }).first().click();
        await page.frameLocator('iframe').getByRole('heading').first().waitFor();
      },
    ],
  ];

  it.each([
    ...unconfigured.map(([name, ...state]) => [name, unset, ...state] as const),
    ...configured.map(([name, ...state]) => [name, set, ...state] as const),
  ])('%s', async (_name, accountId, path, reach) => {
    const page = await stage.visit(accountId, path);
    await page.getByRole('heading', { name: 'Acme Inc Administrator Settings' }).waitFor();
    await reach(page);
    expect(await faultsOf(page)).toEqual([]);
  });
});
