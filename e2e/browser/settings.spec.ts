import { describeInChromium } from '@belfry/kit/chromium';
import { waitFor } from '@belfry/kit/waiting';
import type { Page } from 'playwright-core';
import { stageForThisFile } from './page.fixture.js';

describeInChromium('The Notifications & Webhooks tab', () => {
  const stage = stageForThisFile();
  let accountId = 100;
  const newAccount = async () => {
    accountId += 1;
    await stage.platform.makeAccount(accountId);
    return accountId;
  };
  const url = (page: Page) => page.getByLabel('Webhook URL', { exact: true });
  const toggle = (page: Page, name: string) => page.getByRole('switch', { name: `Send Webhook: ${name}` });
  const subscribers = (page: Page, name: string) => page.getByLabel(`Email subscribers: ${name}`);
  const save = (page: Page) => page.getByRole('button', { name: 'Save', exact: true });
  const isActive = async (page: Page, name: string) =>
    (await toggle(page, name).getAttribute('aria-disabled')) !== 'true';
  const settingsOf = (id: number) =>
    stage.platform.call('GET', `/v1/accounts/${id}/notification-settings`) as Promise<{
      webhook_url: string | null;
      events: Record<string, { send_webhook: boolean; email_subscribers: string[] }>;
    }>;

  it('wakes the toggles once a valid URL is given, keeps what is saved, and tells the reason until then', async () => {
    const id = await newAccount();
    const page = await stage.signIn(id);
    await url(page).waitFor();
    expect(await isActive(page, 'Run Failed')).toBe(false);
    const reason = await toggle(page, 'Run Failed').getAttribute('aria-describedby');
    expect(await page.locator(`[id="${reason}"]`).textContent()).toBe('Enter a webhook URL first');

    await url(page).fill(stage.platform.endpointUrl);
    expect(await isActive(page, 'Run Failed')).toBe(true);
    const row = page.getByRole('group', { name: 'Run Failed' });
    await row.getByText('Each event sends 1 email.').waitFor();
    await toggle(page, 'Run Failed').check({ force: true });
    await row.getByText('Once saved, each event sends 1 webhook and 1 email.').waitFor();
    await save(page).click();
    await page.getByText('Saved', { exact: true }).first().waitFor();
    await row.getByText('Each event sends 1 webhook and 1 email.').waitFor();

    await page.reload();
    await url(page).waitFor();
    expect(await toggle(page, 'Run Failed').isChecked()).toBe(true);
    expect(await toggle(page, 'Tenant Created').isChecked()).toBe(false);
    expect(await url(page).inputValue()).toContain('?token=••••••••');
    expect((await settingsOf(id)).webhook_url).toBe(stage.platform.endpointUrl);
  });

  it('judges a URL while it is typed, by the same rule as the server, and saves nothing that is wrong', async () => {
    const id = await newAccount();
    const page = await stage.signIn(id);
    await url(page).fill('ftp://hooks.example.com');
    await page.getByText('Webhook URL must be an http or https URL.').waitFor();
    expect(await isActive(page, 'Run Failed')).toBe(false);
    await url(page).fill('http://10.1.2.3/in');
    await page.getByText('must point at a public address: 10.1.2.3 is').waitFor();
    await save(page).click();
    await page.getByText('1 field needs attention before this can be saved.').waitFor();
    expect((await settingsOf(id)).webhook_url).toBeNull();
    await page.getByRole('button', { name: 'Discard' }).click();
    expect(await url(page).inputValue()).toBe('');
    expect(await save(page).count()).toBe(0);
  });

  it('takes a pasted list, keeps the good addresses and shows the bad one with its reason, losing nothing', async () => {
    const id = await newAccount();
    const page = await stage.signIn(id);
    await subscribers(page, 'Run Failed').focus();
    await page.evaluate(() =>
      navigator.clipboard.writeText('ops@Example.com, "Doe, Jane" <jane@example.com>, not an address'),
    );
    await page.keyboard.press('Control+V');
    const row = page.getByRole('group', { name: 'Run Failed' });
    await row.getByText('ops@example.com').waitFor();
    await row.getByText('jane@example.com', { exact: true }).waitFor();
    await row.getByText('"not an address" is not a single address, alone or as Name <address>').waitFor();
    await save(page).click();
    expect((await settingsOf(id)).events['run_failed']?.email_subscribers).toEqual([]);

    await row.getByRole('button', { name: 'Edit not an address' }).click();
    expect(await subscribers(page, 'Run Failed').inputValue()).toBe('not an address');
    await subscribers(page, 'Run Failed').fill('oncall@example.com');
    await save(page).click();
    await page.getByText('Saved', { exact: true }).first().waitFor();
    expect((await settingsOf(id)).events['run_failed']?.email_subscribers).toEqual([
      'ops@example.com',
      'jane@example.com',
      'oncall@example.com',
    ]);
  });

  it('says who receives every notification, and leads to where that is changed', async () => {
    const page = await stage.signIn(await newAccount());
    await page.getByText('pat@acme.example.com').waitFor();
    expect(await page.locator('.primary-contact').innerText()).toMatch(
      /pat@acme\.example\.com\s+primary contact\s+receives every notification\./,
    );
    await page.getByRole('link', { name: 'Change in Company' }).click();
    await page.getByLabel('Email address').fill('new@acme.example.com');
    await save(page).click();
    await page.getByText('Saved', { exact: true }).first().waitFor();
    await page.getByRole('link', { name: 'Notifications & Webhooks' }).click();
    await page.getByText('new@acme.example.com').waitFor();
  });

  it('says which toggles clearing the URL turns off before it does, and gives them back with the URL', async () => {
    const id = await newAccount();
    const on = { send_webhook: true };
    await stage.platform.set(id, {
      webhook_url: stage.platform.endpointUrl,
      events: { run_failed: on, tenant_created: on },
    });
    const page = await stage.signIn(id);
    await url(page).fill('');
    await page.getByText('saving turns off Send Webhook for Tenant Created and Run Failed.').waitFor();
    expect(await toggle(page, 'Run Failed').isChecked()).toBe(false);
    await url(page).fill(stage.platform.endpointUrl);
    expect(await toggle(page, 'Run Failed').isChecked()).toBe(true);
    await url(page).fill('');
    await save(page).click();
    await page.getByText('Saved', { exact: true }).first().waitFor();
    const saved = await settingsOf(id);
    expect([saved.webhook_url, saved.events['run_failed']?.send_webhook]).toEqual([null, false]);
  });

  it('keeps unsaved changes over a change of tab, and has the browser ask before they are lost', async () => {
    const page = await stage.signIn(await newAccount());
    await url(page).fill('https://hooks.example.com/new');
    await page.getByRole('link', { name: 'Deliveries', exact: true }).click();
    await page.getByRole('link', { name: 'Notifications & Webhooks (unsaved changes)' }).click();
    expect(await url(page).inputValue()).toBe('https://hooks.example.com/new');
    const asked: string[] = [];
    page.once('dialog', (dialog) => {
      asked.push(dialog.type());
      void dialog.accept();
    });
    await page.reload();
    expect(asked).toEqual(['beforeunload']);
  });

  it("shows somebody else's change beside mine, and saves what is chosen", async () => {
    const id = await newAccount();
    await stage.platform.set(id, { webhook_url: stage.platform.endpointUrl });
    const page = await stage.signIn(id);
    await toggle(page, 'Run Failed').check({ force: true });
    await url(page).fill('https://mine.example.com/in');
    await stage.platform.set(id, {
      webhook_url: 'https://theirs.example.com/in',
      events: { tenant_created: { send_webhook: true, email_subscribers: 'they@example.com' } },
    });
    await save(page).click();
    const dialog = page.getByRole('dialog', { name: 'Someone else has changed these settings' });
    await dialog.waitFor();
    const choice = dialog.getByRole('button', { name: 'Save this version' });
    expect(await choice.isDisabled()).toBe(true);
    await dialog.getByRole('group', { name: 'Webhook URL' }).getByLabel('Yours').check();
    await choice.click();
    await page.getByText('Saved', { exact: true }).first().waitFor();
    const saved = await settingsOf(id);
    expect(saved.webhook_url).toBe('https://mine.example.com/in');
    expect(saved.events['run_failed']?.send_webhook).toBe(true);
    expect(saved.events['tenant_created']).toEqual({
      send_webhook: true,
      email_subscribers: ['they@example.com'],
    });
  });

  it('says that there is no connection, loses nothing, and saves once there is one', async () => {
    const id = await newAccount();
    const page = await stage.signIn(id);
    await url(page).fill('https://hooks.example.com/in');
    await page.context().setOffline(true);
    await save(page).click();
    await page.getByText('Not saved: no connection to the server. Your changes are kept here.').waitFor();
    await page.getByText('No connection to the server. What you see may be out of date').waitFor();
    await page.context().setOffline(false);
    await save(page).click();
    await page.getByText('Saved', { exact: true }).first().waitFor();
    expect((await settingsOf(id)).webhook_url).toBe('https://hooks.example.com/in');
  });

  it('shows at the field what the server refuses, and lets somebody who may not change anything only look', async () => {
    const id = await newAccount();
    const page = await stage.signIn(id);
    await page.route('**/notification-settings', async (route) => {
      if (route.request().method() !== 'PUT') return route.continue();
      return route.fulfill({
        status: 400,
        contentType: 'application/problem+json',
        body: JSON.stringify({
          type: '/problems/validation',
          title: 'The request is not valid',
          status: 400,
          detail: 'no',
          errors: [{ pointer: '/webhook_url', message: 'must be a URL that this server likes' }],
        }),
      });
    });
    await url(page).fill('https://hooks.example.com/in');
    await save(page).click();
    await page.getByText('Webhook URL must be a URL that this server likes.').waitFor();

    await page.route('**/v1/session', async (route) => {
      const answer = await route.fetch();
      const session = (await answer.json()) as { scopes: string[] };
      await route.fulfill({
        response: answer,
        json: { ...session, scopes: session.scopes.filter((scope) => scope.endsWith(':read')) },
      });
    });
    page.once('dialog', (dialog) => void dialog.accept());
    await page.reload();
    await page.getByText('Read only: you can view').waitFor();
    expect(await url(page).getAttribute('readonly')).not.toBeNull();
    expect(await page.getByRole('button', { name: 'Send test' }).count()).toBe(0);
  });

  it('sends a test and shows the answer in place', async () => {
    const id = await newAccount();
    await stage.platform.set(id, { webhook_url: stage.platform.endpointUrl });
    const page = await stage.signIn(id);
    await page.getByRole('button', { name: 'Send test' }).click();
    await page.getByRole('menuitem', { name: 'Tenant Archived' }).click();
    await page.getByText('The endpoint responded with 200').waitFor();
    await page.getByText('{"received":true}').waitFor();
    await waitFor(() =>
      stage.platform.received.some((body) => body.includes('"event_type":"tenant_archived"')),
    );
  });

  it("previews the payload with the account's own name, and copies it as JSON and as curl", async () => {
    const id = await newAccount();
    const page = await stage.signIn(id);
    await url(page).fill('https://hooks.example.com/in');
    await page.getByRole('button', { name: 'Payload preview: Run Failed' }).click();
    await page.getByRole('button', { name: 'Copy JSON' }).click();
    const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
    expect(JSON.parse(await clipboard())).toMatchObject({
      event_type: 'run_failed',
      account_id: id,
      account_name: 'Acme Inc',
    });
    await page.getByRole('button', { name: 'Copy as curl' }).click();
    expect(await clipboard()).toMatch(
      /^curl -X POST 'https:\/\/hooks\.example\.com\/in' \\\n {2}-H 'Content-Type/,
    );
  });

  it('can be used by the keyboard alone', async () => {
    const id = await newAccount();
    const page = await stage.signIn(id);
    await url(page).waitFor();
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to content');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await url(page).evaluate((input) => input === document.activeElement)).toBe(true);
    await page.keyboard.type(stage.platform.endpointUrl);
    await toggle(page, 'Integration Created').evaluate((input) => (input as HTMLElement).focus());
    await page.keyboard.press('Space');
    await page.keyboard.press('Tab');
    await page.keyboard.type('a@example.com,b@example.com');
    await page.keyboard.press('Enter');
    await save(page).focus();
    await page.keyboard.press('Enter');
    await page.getByText('Saved', { exact: true }).first().waitFor();
    expect((await settingsOf(id)).events['integration_created']).toEqual({
      send_webhook: true,
      email_subscribers: ['a@example.com', 'b@example.com'],
    });
  });
});
