import { describeInChromium } from '@belfry/kit/chromium';
import type { Page } from 'playwright-core';
import { stageForThisFile } from './page.fixture.js';

const accountId = 400;

describeInChromium('Redelivering all that match', () => {
  const stage = stageForThisFile();
  const sent = () => stage.platform.received.filter((body) => body.includes(`"account_id":${accountId},`));
  const ask = async (page: Page) => {
    await page.getByRole('button', { name: 'Redeliver all failed…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Redeliver all failed deliveries?' });
    await dialog.waitFor();
    return dialog;
  };

  it('asks first, with their number, then queues all of them with progress, and nothing twice', async () => {
    const { platform } = stage;
    await platform.makeAccount(accountId);
    await platform.set(accountId, {
      webhook_url: platform.endpointUrl,
      events: { run_failed: { send_webhook: true } },
    });
    platform.answer.status = 503;
    await platform.publishMany(accountId, 30);
    await platform.allFinished(accountId);
    expect(sent()).toHaveLength(30);

    const page = await stage.signIn(accountId);
    await page.getByRole('link', { name: 'Deliveries', exact: true }).click();
    await page.getByLabel('Channel').selectOption('Webhook');
    const cancelled = await ask(page);
    await cancelled.getByRole('button', { name: 'Cancel' }).click();
    await cancelled.waitFor({ state: 'hidden' });
    expect(sent()).toHaveLength(30);

    platform.answer.status = 200;
    const dialog = await ask(page);
    await dialog.getByText('30 failed deliveries found.').waitFor();
    await dialog.getByText('Some of these may have arrived').waitFor();
    await dialog.getByRole('button', { name: 'Redeliver all failed' }).click();
    await dialog.getByText('30 redeliveries are on the way').waitFor();
    await dialog.getByRole('button', { name: 'Done' }).click();
    await platform.allFinished(accountId);
    const bodies = sent();
    expect(bodies).toHaveLength(60);
    expect(new Set(bodies).size).toBe(30);
    await page.getByText('Redelivery', { exact: true }).first().waitFor();

    const again = await ask(page);
    await again.getByRole('button', { name: 'Redeliver all failed' }).click();
    await again.getByText('There was nothing left to redeliver.').waitFor();
  });

  it('keeps what was queued where the server can no longer be reached, and goes on from there', async () => {
    const { platform } = stage;
    platform.answer.status = 503;
    await platform.publishMany(accountId, 5);
    await platform.allFinished(accountId);
    platform.answer.status = 200;
    const page = await stage.signIn(accountId);
    await page.getByRole('link', { name: 'Deliveries', exact: true }).click();
    const dialog = await ask(page);
    await page.context().setOffline(true);
    await dialog.getByRole('button', { name: 'Redeliver all failed' }).click();
    await dialog.getByText('What was queued stays queued.').waitFor();
    await page.context().setOffline(false);
    await dialog.getByRole('button', { name: 'Continue' }).click();
    await dialog.getByText('5 redeliveries are on the way').waitFor();
  });
});
