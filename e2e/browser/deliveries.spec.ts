import { describeInChromium } from '@belfry/kit/chromium';
import { waitFor } from '@belfry/kit/waiting';
import type { Page } from 'playwright-core';
import { stageForThisFile } from './page.fixture.js';

// A real browser on a busy machine: a journey is tried again, and the first failure is shown.

describeInChromium('The Deliveries tab', () => {
  const stage = stageForThisFile();
  let accountId = 200;
  /** An account whose failed runs go to the endpoint. */
  const newAccount = async () => {
    accountId += 1;
    await stage.platform.makeAccount(accountId);
    await stage.platform.set(accountId, {
      webhook_url: stage.platform.endpointUrl,
      events: { run_failed: { send_webhook: true } },
    });
    stage.platform.answer.status = 200;
    return accountId;
  };
  const open = async (id: number, query = '') => {
    const page = await stage.signIn(id);
    await page.getByRole('link', { name: 'Deliveries', exact: true }).waitFor();
    await page.goto(`${stage.platform.url}/deliveries${query}`);
    await page.getByRole('heading', { name: 'Deliveries', exact: true }).waitFor();
    return page;
  };
  const rows = (page: Page) => page.locator('.row');
  const allFinished = (id: number) =>
    waitFor(async () => {
      const { deliveries } = (await stage.platform.call(
        'GET',
        `/v1/accounts/${id}/deliveries?limit=200`,
      )) as {
        deliveries: { finished_at: string | null }[];
      };
      return deliveries.length > 0 && deliveries.every(({ finished_at }) => finished_at !== null);
    });

  it('shows the deliveries of an event by themselves, as soon as it fires', async () => {
    const id = await newAccount();
    const page = await open(id);
    await page.getByText('No deliveries yet').waitFor();
    await stage.platform.publishFailedRun(id, 1);
    await rows(page).nth(1).waitFor();
    expect(await rows(page).count()).toBe(2);
    await page.locator('.row', { hasText: '/in?token=***' }).getByText('Succeeded').waitFor();
  });

  it('redelivers what failed, after saying whether the endpoint may have got it, and shows it succeed', async () => {
    const id = await newAccount();
    stage.platform.answer.status = 500;
    await stage.platform.publishFailedRun(id, 2);
    const page = await open(id, '?status=failed');
    await page.getByRole('link', { name: 'Run Failed' }).click();
    const drawer = page.getByRole('dialog');
    await drawer.getByText('{"received":true}').or(drawer.getByText('"received"')).first().waitFor();
    stage.platform.answer.status = 200;
    await drawer.getByRole('button', { name: 'Redeliver' }).click();
    const question = page.getByRole('dialog', { name: 'Redeliver this event?' });
    await question.getByText('The endpoint has already received this event').waitFor();
    await question.getByRole('button', { name: 'Redeliver' }).click();
    await drawer.getByText('Redelivery requested').waitFor();
    await drawer.locator('.detail-title').getByText('Succeeded').waitFor();
    const sent = stage.platform.received.filter((body) => body.includes('"run_id":2,'));
    expect(sent).toHaveLength(2);
    expect(sent[0]).toBe(sent[1]);
  });

  it('redelivers many with progress', async () => {
    const id = await newAccount();
    stage.platform.answer.status = 503;
    await stage.platform.publishMany(id, 12);
    await allFinished(id);
    stage.platform.answer.status = 200;
    const page = await open(id, '?status=failed');
    await rows(page).nth(5).waitFor();
    await page.getByRole('checkbox', { name: 'Select all shown' }).check();
    await page.getByRole('button', { name: 'Redeliver 12' }).click();
    const dialog = page.getByRole('dialog', { name: 'Redeliver 12 deliveries?' });
    await dialog.getByText('12 already received; sent again if you continue').waitFor();
    await dialog.getByRole('button', { name: 'Redeliver 12' }).click();
    await dialog.getByText('12 redeliveries queued.').waitFor();
    expect(await dialog.getByText('12 of 12').count()).toBe(1);
    await dialog.getByRole('button', { name: 'Done' }).click();
    await page.getByLabel('Status', { exact: true }).selectOption('Succeeded');
    await page.getByText('Redelivery', { exact: true }).first().waitFor();
  });

  it('keeps the filters in the address, so that a view can be sent to a colleague, and filters by a bar', async () => {
    const id = await newAccount();
    await stage.platform.publishFailedRun(id, 3);
    await allFinished(id);
    const page = await open(id);
    await page.getByLabel('Channel').selectOption('Email');
    await page.getByText('pat@acme.example.com').waitFor();
    await waitFor(async () => (await rows(page).count()) === 1);
    expect(new URL(page.url()).search).toBe('?account=204&channel=email');

    const bar = page.locator('.bar').last();
    await bar.focus();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Enter');
    await page.getByText('No deliveries match').waitFor();
    expect(new URL(page.url()).searchParams.has('from')).toBe(true);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await rows(page).first().waitFor();

    const sent = page.url();
    await page.goto(`${stage.platform.url}/company`);
    await page.goto(sent);
    await rows(page).first().waitFor();
    expect(await page.getByLabel('Channel').inputValue()).toBe('email');
    await page.getByRole('button', { name: 'Clear filters' }).click();
    expect(new URL(page.url()).search).toBe('?account=204');
  });

  it("shows exactly the mail's HTML, in a frame that can do nothing", async () => {
    const id = await newAccount();
    await stage.platform.call('PUT', `/v1/accounts/${id}`, {
      account_name: '<img src=https://evil.example.com/x><script>alert(1)</script>',
      primary_contact: { email: 'pat@acme.example.com' },
    });
    await stage.platform.publishFailedRun(id, 4);
    await allFinished(id);
    const page = await open(id, '?channel=email');
    await page.getByRole('link', { name: 'Run Failed' }).click();
    const frame = page.locator('iframe');
    await frame.waitFor();
    expect(await frame.getAttribute('sandbox')).toBe('');
    const mail = page.frameLocator('iframe');
    await mail.getByRole('heading', { name: 'Run 4 failed: CRM sync for Acme' }).waitFor();
    expect(await mail.locator('script, img').count()).toBe(0);
    const answer = await page.evaluate(
      async (src) => {
        const response = await fetch(src);
        return { policy: response.headers.get('content-security-policy'), html: await response.text() };
      },
      String(await frame.getAttribute('src')),
    );
    expect(answer.policy).toContain("sandbox; default-src 'none'");
    const path = `/v1/accounts/${id}/deliveries/${new URL(page.url()).searchParams.get('delivery')}/mail`;
    expect(answer.html).toBe((await stage.platform.call('GET', path))['html']);
  });

  it('scrolls through thousands with few rows on the page, and new ones on top move nothing', async () => {
    const id = await newAccount();
    await stage.platform.call('PUT', `/v1/accounts/${id}/notification-settings`, {});
    await stage.platform.publishMany(id, 3000);
    const page = await open(id);
    await rows(page).first().waitFor();
    for (let loaded = 2; loaded < 10; loaded += 1) {
      await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
      await page.getByText(`${loaded * 100} loaded`).waitFor();
    }
    expect(await rows(page).count()).toBeLessThan(60);
    const looked = await waitFor(() =>
      page.evaluate(() => {
        const row = [...document.querySelectorAll('.row')].find((one) => {
          const { top } = one.getBoundingClientRect();
          return top > 100 && top < window.innerHeight;
        });
        return row && { link: row.querySelector('a')!.href, top: row.getBoundingClientRect().top };
      }),
    );
    await stage.platform.publishFailedRun(id, 99_999);
    await page.getByRole('button', { name: '1 new delivery above' }).waitFor();
    const top = await page.evaluate(
      (link) =>
        [...document.querySelectorAll('a')]
          .find(({ href }) => href === link)
          ?.closest('.row')
          ?.getBoundingClientRect().top,
      looked.link,
    );
    expect(Math.abs(top! - looked.top)).toBeLessThan(2);
    await page.getByRole('button', { name: '1 new delivery above' }).click();
    await rows(page).first().getByText('Run Failed').waitFor();
  });
});
