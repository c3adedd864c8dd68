import { describeInChromium } from '@belfry/kit/chromium';
import { stageForThisFile } from './page.fixture.js';

describeInChromium('The way to the page', () => {
  const stage = stageForThisFile();
  beforeAll(async () => {
    await stage.platform.makeAccount(1, 'Account A');
    await stage.platform.makeAccount(2, 'Account B');
  });

  it('says plainly what to do where nobody is signed in', async () => {
    const page = await stage.signIn(1);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('You are signed out').waitFor();
    await page.goto(stage.platform.url);
    await page.getByText('You are not signed in').waitFor();
    await page.getByText('Open this page again from your platform.').waitFor();
  });

  it('opens by a link once, and says of a used link what to do', async () => {
    const link = await stage.platform.portalLink(1);
    const page = await stage.signIn(1);
    await page.context().clearCookies();
    await page.goto(link);
    await page.getByRole('heading', { name: 'Account A Administrator Settings' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/');
    await page.context().clearCookies();
    await page.goto(link);
    await page.getByRole('heading', { name: 'This link no longer works' }).waitFor();
  });

  it('keeps the session where no script reads it, and lets it see its own account alone', async () => {
    const page = await stage.signIn(1);
    await page.getByRole('heading', { name: 'Account A Administrator Settings' }).waitFor();
    expect(await page.evaluate(() => document.cookie)).toBe('');
    const statuses = await page.evaluate(async () =>
      Promise.all(
        ['', '/notification-settings', '/deliveries'].map(
          async (part) => (await fetch(`/v1/accounts/2${part}`)).status,
        ),
      ),
    );
    expect(statuses).toEqual([404, 404, 404]);
  });

  it('shows that the session is over without throwing away what was not saved', async () => {
    const page = await stage.signIn(1);
    await page.getByLabel('Webhook URL', { exact: true }).fill('https://hooks.example.com/in');
    await stage.platform.call('DELETE', '/v1/accounts/1/portal-sessions');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('dialog', { name: 'You are not signed in' }).waitFor();
    const again = await page.context().newPage();
    await again.goto(await stage.platform.portalLink(1));
    await again.getByRole('heading', { name: 'Account A Administrator Settings' }).waitFor();
    await page.bringToFront();
    await page.evaluate(() => window.dispatchEvent(new Event('visibilitychange')));
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    expect(await page.getByLabel('Webhook URL', { exact: true }).inputValue()).toBe(
      'https://hooks.example.com/in',
    );
  });

  it('is served with a policy that lets nothing run but its own files', async () => {
    const answer = await fetch(stage.platform.url);
    const policy = answer.headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    const [script] = /\/assets\/[^"]+\.js/.exec(await answer.text()) ?? [];
    const asset = await fetch(`${stage.platform.url}${script}`, { headers: { 'accept-encoding': 'br' } });
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(asset.headers.get('content-encoding')).toBe('br');
  });
});
