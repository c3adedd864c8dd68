import { describeInChromium } from '@belfry/kit/chromium';
import { faultsOf, stageForThisFile } from './page.fixture.js';

describeInChromium('The Company tab', () => {
  const stage = stageForThisFile();
  beforeEach(async () => {
    await stage.platform.makeAccount(1, 'Acme');
  });
  const account = () => stage.platform.call('GET', '/v1/accounts/1');

  it('asks the browser not to fill in the address of whoever looks', async () => {
    await stage.platform.makeAccount(491);
    const page = await stage.signIn(491);
    await page.getByRole('link', { name: 'Company', exact: true }).click();
    for (const label of ['Company name', 'Name', 'Email address']) {
      const field = page.getByRole('textbox', { name: label, exact: true });
      expect(await field.getAttribute('autocomplete')).toBe('off');
    }
  });

  it('shows what somebody else saved meanwhile beside what was typed, and loses neither', async () => {
    const page = await stage.visit(1, '/company?account=1');
    await page.getByLabel('Company name').fill('Acme by me');
    await stage.platform.call('PUT', '/v1/accounts/1', {
      account_name: 'Acme by them',
      primary_contact: { name: 'Sam Roe', email: 'sam@acme.example.com' },
    });
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Someone else has changed this account' });
    await dialog.waitFor();
    expect(await account()).toMatchObject({ account_name: 'Acme by them' });
    await dialog.getByText('sam@acme.example.com').waitFor();
    // Theirs alone changed the contact; both changed the name, and somebody must choose.
    expect(await dialog.getByRole('button', { name: 'Save this version' }).isDisabled()).toBe(true);
    expect(await faultsOf(page)).toEqual([]);
    await dialog.getByRole('radio', { name: /Yours Acme by me/ }).check();
    await dialog.getByRole('button', { name: 'Save this version' }).click();
    await page.getByRole('heading', { name: /^Acme by me/ }).waitFor();
    expect(await account()).toMatchObject({
      account_name: 'Acme by me',
      primary_contact: { name: 'Sam Roe', email: 'sam@acme.example.com' },
    });
  });

  it('keeps what is typed while a save is on its way', async () => {
    const page = await stage.visit(1, '/company?account=1');
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    await page.route('**/v1/accounts/1', async (route) => {
      if (route.request().method() === 'PUT') await held;
      await route.continue();
    });
    await page.getByLabel('Company name').fill('Acme saved');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByLabel('Name', { exact: true }).fill('Typed meanwhile');
    release();
    await page.getByText('1 unsaved change', { exact: true }).first().waitFor();
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('Typed meanwhile');
    expect(await account()).toMatchObject({ account_name: 'Acme saved' });
  });

  it('asks before signing out drops what was not saved', async () => {
    const page = await stage.signIn(1);
    await page.getByLabel('Webhook URL', { exact: true }).fill('https://hooks.example.com/in');
    await page.getByRole('button', { name: 'Sign out' }).click();
    const dialog = page.getByRole('dialog', { name: 'Sign out with unsaved changes?' });
    await dialog.getByText('You have 1 unsaved change').waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    expect(await page.getByLabel('Webhook URL', { exact: true }).inputValue()).toBe(
      'https://hooks.example.com/in',
    );
    await page.getByRole('button', { name: 'Sign out' }).click();
    await dialog.getByRole('button', { name: 'Sign out without saving' }).click();
    await page.getByText('You are signed out').waitFor();
  });
});
