/** Two accounts in one browser: each tab works in its own, says which, and loses nothing to the other. */
import { describeInChromium } from '@belfry/kit/chromium';
import { anotherSite, faultsOf, stageForThisFile } from './page.fixture.js';

describeInChromium('Two accounts in one browser', () => {
  const stage = stageForThisFile();
  beforeAll(async () => {
    await stage.platform.makeAccount(52, 'Alpha');
    await stage.platform.makeAccount(53, 'Beta');
  });
  const settingsOf = (id: number) => stage.platform.call('GET', `/v1/accounts/${id}/notification-settings`);
  // On a narrow window the account's name is all that the heading says.
  const heading = (name: string) => ({ name: new RegExp(`^${name}`), level: 1 });

  it('what is saved in the tab of one account reaches that account, whatever was opened meanwhile', async () => {
    await stage.platform.set(52, { webhook_url: 'https://alpha.example.com/in?token=alpha-secret' });
    await stage.platform.set(53, { webhook_url: 'https://beta.example.com/in?token=beta-secret' });
    const page = await stage.signIn(52);
    await page.getByRole('heading', heading('Alpha')).waitFor();
    await page.getByRole('switch', { name: 'Send Webhook: Run Failed' }).click();

    const other = await page.context().newPage();
    await other.goto(await stage.platform.portalLink(53));
    await other.getByRole('heading', heading('Beta')).waitFor();
    expect(new URL(other.url()).searchParams.get('account')).toBe('53');

    await page.bringToFront();
    await page.evaluate(() => window.dispatchEvent(new Event('visibilitychange')));
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Saved', { exact: true }).first().waitFor();
    expect(await settingsOf(52)).toMatchObject({ events: { run_failed: { send_webhook: true } } });
    expect(await settingsOf(53)).toMatchObject({
      webhook_url: 'https://beta.example.com/in?token=beta-secret',
      events: { run_failed: { send_webhook: false } },
    });

    await page.getByRole('link', { name: 'Company', exact: true }).click();
    await page.getByLabel('Company name').fill('Alpha Renamed');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('heading', heading('Alpha Renamed')).waitFor();
    expect(await stage.platform.call('GET', '/v1/accounts/53')).toMatchObject({ account_name: 'Beta' });
    await other.reload();
    await other.getByRole('heading', heading('Beta')).waitFor();
  });

  it('a tab stays with its account through its links, its filters and a reload', async () => {
    const page = await stage.signIn(52);
    await page.getByRole('link', { name: 'Deliveries' }).click();
    await page.getByRole('heading', { name: 'Deliveries', exact: true }).waitFor();
    expect(new URL(page.url()).search).toBe('?account=52');
    expect(await page.getByRole('link', { name: 'Company', exact: true }).getAttribute('href')).toBe(
      '/company?account=52',
    );
    await page.reload();
    await page.getByRole('heading', { name: 'Deliveries', exact: true }).waitFor();
  });

  it('a tab whose own session is over sends nothing in the name of the other', async () => {
    const page = await stage.signIn(52);
    const other = await page.context().newPage();
    await other.goto(await stage.platform.portalLink(53));
    await other.getByRole('heading', heading('Beta')).waitFor();
    await page.getByRole('switch', { name: 'Send Webhook: Tenant Created' }).click();
    const before = [await settingsOf(52), await settingsOf(53)];
    await stage.platform.call('DELETE', '/v1/accounts/52/portal-sessions');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'You are not signed in' });
    await dialog.getByText('This tab is for Alpha').waitFor();
    await dialog.getByRole('link', { name: 'Beta (account 53)' }).waitFor();
    expect([await settingsOf(52), await settingsOf(53)]).toEqual(before);
    expect(await faultsOf(page)).toEqual([]);
  });

  it('an address without an account asks which one is meant', async () => {
    const page = await stage.signIn(52);
    await page.goto(await stage.platform.portalLink(53));
    await page.getByRole('heading', heading('Beta')).waitFor();
    await page.goto(stage.platform.url);
    await page.getByRole('heading', { name: 'Which account?' }).waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await page.getByRole('link', { name: 'Beta (account 53)' }).click();
    await page.getByRole('heading', heading('Beta')).waitFor();
  });

  it('a link that another site leads to asks first where the browser works in another account', async () => {
    const page = await stage.signIn(52);
    await page.getByRole('heading', heading('Alpha')).waitFor();
    const link = await stage.platform.portalLink(53);
    await page.route(anotherSite, (route) =>
      route.fulfill({ contentType: 'text/html', body: `<a href="${link}">Open</a>` }),
    );
    await page.goto(anotherSite);
    await page.getByRole('link', { name: 'Open' }).click();
    await page.getByRole('heading', { name: 'Continue as Beta?' }).waitFor();
    await page.getByText('This browser is signed in to Alpha').waitFor();
    expect(new URL(page.url()).hash).toBe('');
    expect(await faultsOf(page)).toEqual([]);
    await page.getByRole('button', { name: 'Continue as Beta' }).click();
    await page.getByRole('heading', heading('Beta')).waitFor();
  });

  it('a link that another site leads to opens at once where nobody is signed in, and where it leads to', async () => {
    const page = await stage.signIn(52);
    await page.context().clearCookies();
    const { url } = await stage.platform.call('POST', '/v1/accounts/53/portal-links', {
      to: '/deliveries?status=failed',
    });
    await page.route(anotherSite, (route) =>
      route.fulfill({ contentType: 'text/html', body: `<a href="${String(url)}">Open</a>` }),
    );
    await page.goto(anotherSite);
    await page.getByRole('link', { name: 'Open' }).click();
    await page.getByRole('heading', { name: 'Deliveries', exact: true }).waitFor();
    expect(new URL(page.url()).search).toBe('?account=53&status=failed');
  });

  it('says of a used link for which account the page is that it shows', async () => {
    const link = await stage.platform.portalLink(53);
    const page = await stage.signIn(52);
    await fetch(link, { redirect: 'manual' });
    await page.goto(link);
    await page.getByText('The link you followed no longer works. This page is for Alpha').waitFor();
  });
});
