import { describeInChromium } from '@belfry/kit/chromium';
import { faultsOf, stageForThisFile } from './page.fixture.js';

describeInChromium('Content that is unusual', () => {
  const stage = stageForThisFile();

  it('an address as long as one can be does not widen the page', async () => {
    const label = 'a'.repeat(60);
    const long = `${'b'.repeat(64)}@${label}.${label}.${label}.example`;
    await stage.platform.call('PUT', '/v1/accounts/331', {
      account_name: 'c'.repeat(255),
      primary_contact: { name: 'd'.repeat(255), email: long.slice(0, 254) },
    });
    await stage.platform.set(331, { events: { run_failed: { email_subscribers: [long.slice(0, 254)] } } });
    await stage.platform.publishFailedRun(331, 1);
    const page = await stage.signIn(331);
    for (const path of ['/', '/company', '/deliveries']) {
      await page.goto(`${stage.platform.url}${path}`);
      await page.getByRole('heading', { level: 2 }).waitFor();
      if (path === '/') await page.locator('.primary-contact strong').waitFor();
      if (path === '/deliveries') await page.locator('.row').first().waitFor();
      expect({ path, faults: await faultsOf(page) }).toEqual({ path, faults: [] });
    }
  });

  it('the name of an account that is written from right to left keeps its beginning', async () => {
    await stage.platform.makeAccount(332, `${'שלום עולם '.repeat(20)}!`.trim());
    const page = await stage.signIn(332);
    const name = page.locator('.top-account');
    await name.waitFor();
    expect(await name.evaluate((element) => getComputedStyle(element).direction)).toBe('rtl');
  });

  it('an answer of thousands of nested brackets is shown as it came, and the page stays', async () => {
    const { platform } = stage;
    const body = `${'['.repeat(8000)}${']'.repeat(8000)}`;
    platform.answer.body = body;
    await platform.makeAccount(333);
    await platform.set(333, {
      webhook_url: platform.endpointUrl,
      events: { run_failed: { send_webhook: true, email_subscribers: [] } },
    });
    await platform.publishFailedRun(333, 1);
    await platform.allFinished(333);
    const page = await stage.signIn(333);
    await page.goto(`${platform.url}/deliveries?channel=webhook`);
    await page.getByRole('link', { name: 'Run Failed' }).click();
    const answer = page.getByRole('region', { name: 'Response: Body' });
    await answer.waitFor();
    expect(await answer.innerText()).toBe(body);
  });

  it('addresses parted by semicolons are offered to be split', async () => {
    await stage.platform.makeAccount(334);
    const page = await stage.signIn(334);
    const field = page.getByLabel('Email subscribers: Run Failed', { exact: true });
    await field.fill('a@example.com; b@example.com');
    await field.press('Enter');
    await page.getByRole('button', { name: 'Split into 2 addresses' }).click();
    for (const address of ['a@example.com', 'b@example.com']) {
      await page.getByRole('button', { name: `Remove ${address}` }).waitFor();
    }
  });

  it('a conflict does not show the secret of either URL', async () => {
    await stage.platform.makeAccount(335);
    const page = await stage.signIn(335);
    await page.getByLabel('Webhook URL', { exact: true }).fill('https://hooks.example.com/in?token=mine');
    await stage.platform.set(335, { webhook_url: 'https://hooks.example.com/in?token=theirs' });
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('They differ only in the secret part, which is hidden.').waitFor();
    expect(await dialog.innerText()).not.toMatch(/token=(mine|theirs)/);
  });
});
