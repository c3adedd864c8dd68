import { describeInChromium } from '@belfry/kit/chromium';
import type { Locator, Page } from 'playwright-core';
import { stageForThisFile } from './page.fixture.js';

/** How many pixels of a picture of a place differ from its most common colour: what can be seen there. */
async function seen(page: Page, place: Locator): Promise<number> {
  const picture = await place.screenshot({ animations: 'disabled' });
  return page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext('2d')!;
    context.drawImage(image, 0, 0);
    const pixels = new Uint32Array(context.getImageData(0, 0, image.width, image.height).data.buffer);
    const counts = new Map<number, number>();
    for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
    return pixels.length - Math.max(...counts.values());
  }, picture.toString('base64'));
}

describeInChromium('Where the system chooses the colours', () => {
  const stage = stageForThisFile();

  it('toggles, chart, current tab and signs are seen', async () => {
    const { platform } = stage;
    await platform.makeAccount(311);
    platform.answer.status = 500;
    await platform.set(311, {
      webhook_url: platform.endpointUrl,
      events: { run_failed: { send_webhook: true, email_subscribers: [] } },
    });
    await platform.publishFailedRun(311, 1);
    await platform.allFinished(311);
    const page = await stage.signIn(311);
    await page.emulateMedia({ forcedColors: 'active' });

    const track = (name: string) =>
      page.getByRole('group', { name, exact: true }).locator('.mantine-Switch-track');
    await track('Run Failed').waitFor();
    expect(await seen(page, track('Run Failed'))).toBeGreaterThan(40);
    expect(await seen(page, track('Tenant Created'))).toBeGreaterThan(40);
    const looks = async (name: string) => (await track(name).screenshot()).toString('base64');
    expect(await looks('Run Failed')).not.toBe(await looks('Tenant Created'));
    expect(await seen(page, page.locator('.scheme-sign'))).toBeGreaterThan(20);
    const tab = (name: string) => page.getByRole('link', { name, exact: true });
    const underline = (locator: Locator) =>
      locator.evaluate((link) => getComputedStyle(link).borderBottomStyle);
    expect(await underline(tab('Notifications & Webhooks'))).toBe('solid');
    expect(await underline(tab('Company'))).toBe('none');

    await tab('Deliveries').click();
    await page.locator('.row').first().waitFor();
    expect(await seen(page, page.locator('.bar-part').first())).toBeGreaterThan(40);
    for (const outcome of ['succeeded', 'failed']) {
      expect(
        await seen(page, page.locator('.legend li', { has: page.locator(`[data-outcome=${outcome}]`) })),
      ).toBeGreaterThan(40);
    }
    const signs = new Set<string>();
    for (const outcome of ['succeeded', 'failed']) {
      signs.add((await page.locator(`.legend [data-outcome=${outcome}]`).screenshot()).toString('base64'));
    }
    expect(signs.size).toBe(2);
    expect(await seen(page, page.locator('.status[data-outcome=failed] svg').first())).toBeGreaterThan(10);
    expect(await seen(page, page.locator('.channel').first())).toBeGreaterThan(10);
  });
});
