import { describeInChromium } from '@belfry/kit/chromium';
import type { Page, Route } from 'playwright-core';
import { stageForThisFile } from './page.fixture.js';

/** Holds the next save back until `release` says what to do with it; those after it go on. */
async function holdNextSave(page: Page) {
  let say: (what: (route: Route) => Promise<void>) => void = () => undefined;
  let arrive: () => void = () => undefined;
  const said = new Promise<(route: Route) => Promise<void>>((resolve) => (say = resolve));
  const sent = new Promise<void>((resolve) => (arrive = resolve));
  let isFirst = true;
  await page.route('**/notification-settings', async (route) => {
    if (route.request().method() !== 'PUT' || !isFirst) return route.continue();
    isFirst = false;
    arrive();
    return (await said)(route);
  });
  return { sent, release: say };
}

describeInChromium('Edits made while a save is on its way', () => {
  const stage = stageForThisFile();
  const save = (page: Page) => page.getByRole('button', { name: 'Save', exact: true });

  it('are kept, and saved by the next save over the version that the first one made', async () => {
    await stage.platform.makeAccount(301);
    const page = await stage.signIn(301);
    const subscribers = (name: string) => page.getByLabel(`Email subscribers: ${name}`, { exact: true });
    const held = await holdNextSave(page);
    await subscribers('Run Failed').fill('first@example.com');
    await save(page).click();
    await held.sent;
    await subscribers('Tenant Created').fill('second@example.com');
    held.release((route) => route.continue());
    await page.getByText('1 unsaved change', { exact: true }).waitFor();
    expect(await subscribers('Tenant Created').inputValue()).toBe('second@example.com');

    await save(page).click();
    await page.getByText('Saved', { exact: true }).first().waitFor();
    const saved = (await stage.platform.call('GET', '/v1/accounts/301/notification-settings')) as {
      events: Record<string, { email_subscribers: string[] }>;
    };
    expect(saved.events['run_failed']?.email_subscribers).toEqual(['first@example.com']);
    expect(saved.events['tenant_created']?.email_subscribers).toEqual(['second@example.com']);
  });

  it('are kept where the save is refused, and a field that was mended meanwhile is not called wrong', async () => {
    await stage.platform.makeAccount(302);
    const page = await stage.signIn(302);
    const url = page.getByLabel('Webhook URL', { exact: true });
    const held = await holdNextSave(page);
    await url.fill('https://hooks.example.com/refused');
    await save(page).click();
    await held.sent;
    await url.fill('https://hooks.example.com/mended');
    held.release((route) =>
      route.fulfill({
        status: 400,
        contentType: 'application/problem+json',
        body: JSON.stringify({
          type: '/problems/validation',
          title: 'The request is not valid',
          status: 400,
          detail: 'no',
          errors: [{ pointer: '/webhook_url', message: 'must be another one' }],
        }),
      }),
    );
    await page.getByText('1 unsaved change', { exact: true }).waitFor();
    await page.getByText('See the message next to the field.').waitFor();
    expect(await page.getByText('must be another one').count()).toBe(0);
    expect(await url.inputValue()).toBe('https://hooks.example.com/mended');
    await save(page).click();
    await page.getByText('Saved', { exact: true }).first().waitFor();
  });
});
