/**
 * Takes the pictures of the admin page in docs/images: starts the built API as a newcomer does, opens the page by the
 * link it prints, and goes through the tabs. Needs a Chromium: /usr/bin/chromium, or what CHROMIUM_PATH names.
 */
import { BelfryProcess } from '@belfry/kit/belfry-process';
import { launchChromium } from '@belfry/kit/chromium';
import { waitFor } from '@belfry/kit/waiting';
import { mkdirSync, statSync } from 'node:fs';

const images = new URL('../../docs/images/', import.meta.url);
/** So that the pictures do not weigh down a clone. */
const largest = 200 * 1024;

const wide = { width: 1280, height: 860 };
const narrow = { width: 375, height: 812 };

/** @type {readonly [string, string, (page: import('playwright-core').Page) => Promise<void>][]} */
const tabs = [
  ['company', '/company', (page) => page.getByLabel('Email address').waitFor()],
  [
    'notifications',
    '/',
    (page) =>
      page
        .getByRole('link', { name: /failed deliver(y|ies) of/ })
        .first()
        .waitFor(),
  ],
  ['deliveries', '/deliveries', (page) => page.locator('.row').first().waitFor()],
  [
    'delivery',
    '/deliveries?status=failed&channel=webhook',
    async (page) => {
      await page.getByRole('link', { name: 'Run Failed' }).first().click();
      await page.getByRole('heading', { name: 'Response' }).waitFor();
    },
  ],
];

const api = BelfryProcess.spawn({
  // Anything but the usual port would be in the pictures.
  PORT: process.env.PORT ?? '3000',
  WEBHOOK_ALLOWED_CIDRS: undefined,
  LOG_LEVEL: 'warn',
});
let browser;
try {
  const { url } = await api.ready();
  const link = await waitFor(() => /\S+\/portal\/\S+/.exec(api.output)?.[0], { what: 'a link' });
  browser = await launchChromium();
  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'UTC', reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(link);
  mkdirSync(images, { recursive: true });
  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    for (const [suffix, viewport] of /** @type {const} */ ([
      ['', wide],
      ['-375', narrow],
    ])) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize(viewport);
      for (const [name, path, isReady] of tabs) {
        await page.goto(`${url}${path}`);
        await isReady(page);
        // The loop is short: skeletons give way to content, and drawers have come in.
        await page.waitForTimeout(700);
        const file = new URL(`${name}-${colorScheme}${suffix}.png`, images).pathname;
        await page.screenshot({ path: file });
        const { size } = statSync(file);
        console.log(`${file}: ${Math.round(size / 1024)} KB`);
        if (size > largest) throw new Error(`${file} is larger than ${largest / 1024} KB`);
      }
    }
  }
} finally {
  await browser?.close();
  await api.remove();
}
