import type { Page } from 'playwright-core';
import { describeInChromium } from './chromium.fixture.js';
import { axeFindings, stageForThisFile } from './page.fixture.js';
import { waitFor } from './platform.fixture.js';

// A real browser on a busy machine: a journey is tried again, and the first failure is shown.
jest.retryTimes(2, { logErrorsBeforeRetry: true });

/** A state of the page: how one comes to it from a freshly opened page. */
type State = readonly [name: string, reach: (page: Page) => Promise<unknown>];

const set = 301;
const unset = 302;

describeInChromium('Every state of the page, by WCAG 2.2 AA', () => {
  const stage = stageForThisFile();
  const url = (page: Page) => page.getByLabel('Webhook URL', { exact: true });
  const go = (page: Page, path: string) => page.goto(`${stage.platform.url}${path}`);
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
    ['never configured', (page) => page.getByText('Nothing is set up yet.').waitFor()],
    [
      'an invalid URL and a bad address',
      async (page) => {
        await url(page).fill('http://10.1.2.3/in');
        await page.getByLabel('Email subscribers: Run Failed').fill('good@example.com, bad one,');
        await page.getByText('must point at a public address').waitFor();
        await page.getByText('is not one address').waitFor();
      },
    ],
    [
      'refused by the server',
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
      async (page) => {
        await page.route('**/notification-settings', (route) =>
          route.request().method() === 'PUT' ? undefined : route.continue(),
        );
        await url(page).fill('https://hooks.example.com/in');
        await page.getByRole('button', { name: 'Save', exact: true }).click();
        await page.getByRole('button', { name: 'Saving…' }).waitFor();
      },
    ],
    [
      'without a connection',
      async (page) => {
        await url(page).fill('https://hooks.example.com/in');
        await page.context().setOffline(true);
        await page.getByRole('button', { name: 'Save', exact: true }).click();
        await page.getByText('Not saved: no connection').waitFor();
      },
    ],
    [
      'no deliveries yet',
      async (page) => {
        await go(page, '/deliveries');
        await page.getByText('No deliveries yet').waitFor();
      },
    ],
    [
      'loading',
      async (page) => {
        await page.route('**/notification-settings', () => undefined);
        await page.reload();
        await page.locator('[aria-busy]').waitFor();
      },
    ],
    [
      'signed out',
      async (page) => {
        await page.context().clearCookies();
        await go(page, '/?link=used');
        await page.getByText('This link no longer works').waitFor();
      },
    ],
  ];

  const configured: readonly State[] = [
    [
      'configured, with the preview of a payload and the answer to a test',
      async (page) => {
        await page.getByRole('button', { name: 'Payload preview: Run Failed' }).click();
        await page.getByRole('button', { name: 'Send test' }).click();
        await page.getByRole('menuitem', { name: 'Run Failed' }).click();
        await page.getByText('The endpoint answered 200').waitFor();
      },
    ],
    [
      'the menu of tests',
      async (page) => {
        await page.getByRole('button', { name: 'Send test' }).click();
        await page.getByRole('menuitem').first().waitFor();
      },
    ],
    [
      'the URL cleared',
      async (page) => {
        await url(page).fill('');
        await page.getByText('saving turns off Send Webhook').waitFor();
      },
    ],
    [
      'saved by somebody else meanwhile',
      async (page) => {
        await answer(page, 412, { title: '', detail: '', status: 412 });
        await url(page).fill('https://mine.example.com/in');
        await page.getByRole('button', { name: 'Save', exact: true }).click();
        await page.getByRole('dialog').waitFor();
      },
    ],
    [
      'read only',
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
      async (page) => {
        await go(page, '/company');
        await page.getByLabel('E-mail address').fill('pat');
        await page.getByText('must be an e-mail address').waitFor();
      },
    ],
    [
      'a list of deliveries with some selected',
      async (page) => {
        await go(page, '/deliveries');
        await page.getByRole('checkbox', { name: 'Select all that are shown' }).check();
        await page.getByText(/\d+ selected/).waitFor();
      },
    ],
    [
      'many to be redelivered',
      async (page) => {
        await go(page, '/deliveries?status=failed');
        await page.getByRole('checkbox', { name: 'Select all that are shown' }).check();
        await page.getByRole('button', { name: /^Redeliver/ }).click();
        await page.getByRole('dialog').waitFor();
      },
    ],
    [
      'a failed webhook',
      async (page) => {
        await go(page, '/deliveries?status=failed');
        await page.getByRole('link', { name: 'Run Failed' }).first().click();
        await page.getByRole('heading', { name: 'Response' }).waitFor();
      },
    ],
    [
      'the question before a redelivery',
      async (page) => {
        await go(page, '/deliveries?status=failed');
        await page.getByRole('link', { name: 'Run Failed' }).first().click();
        await page.getByRole('button', { name: 'Redeliver' }).click();
        await page.getByRole('dialog', { name: 'Redeliver this event?' }).waitFor();
      },
    ],
    [
      'a mail',
      async (page) => {
        await go(page, '/deliveries?channel=email');
        await page.getByRole('link', { name: 'Run Failed' }).first().click();
        await page.frameLocator('iframe').getByRole('heading').first().waitFor();
      },
    ],
  ];

  /** Each state is looked at in both schemes, and as narrow as a telephone. */
  const looks = [
    ['light', 'light', 1280],
    ['dark', 'dark', 1280],
    ['dark and narrow', 'dark', 375],
    ['narrow', 'light', 375],
  ] as const;
  it.each([
    ...unconfigured.map(([name, reach]) => [name, unset, reach] as const),
    ...configured.map(([name, reach]) => [name, set, reach] as const),
  ])('%s', async (_name, accountId, reach) => {
    const page = await stage.signIn(accountId);
    await page.getByRole('heading', { name: 'Acme Inc Administrator Settings' }).waitFor();
    await reach(page);
    for (const [look, colorScheme, width] of looks) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      // Colours are judged once nothing fades any more.
      await page.waitForTimeout(250);
      const overflows = await page.evaluate(
        () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
      );
      expect([look, await axeFindings(page), overflows]).toEqual([look, [], false]);
    }
  });
});
