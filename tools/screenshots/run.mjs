/**
 * Takes the pictures of the admin page in docs/images: starts the built API as a newcomer does, opens the page by the
 * link it prints, and goes through the tabs. Needs a Chromium: /usr/bin/chromium, or what CHROMIUM_PATH names.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const images = new URL('../../docs/images/', import.meta.url);
/** So that the pictures do not weigh down a clone. */
const largest = 200 * 1024;

const wide = { width: 1280, height: 860 };
const narrow = { width: 375, height: 812 };

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

const executablePath = [process.env.CHROMIUM_PATH, '/usr/bin/chromium'].find(
  (path) => path && existsSync(path),
);
if (executablePath === undefined) {
  console.error('No Chromium was found: install chromium, or set CHROMIUM_PATH.');
  process.exit(1);
}
const folder = mkdtempSync(join(tmpdir(), 'belfry-screenshots-'));
const api = spawn(process.execPath, ['apps/api/dist/main.js'], {
  // Anything but the usual port would stand in the pictures.
  env: { PATH: process.env.PATH, PORT: process.env.PORT ?? '3000', DATA_DIR: folder, LOG_LEVEL: 'warn' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
let output = '';
api.stdout.on('data', (text) => (output += text));
let browser;
try {
  while (!output.includes('Next:')) {
    if (api.exitCode !== null) throw new Error('the API did not start');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const url = /ready at (\S+)/.exec(output)[1];
  const link = /\S+\/portal\/\S+/.exec(output)[0];
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'UTC', reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(link);
  mkdirSync(images, { recursive: true });
  for (const colorScheme of ['light', 'dark']) {
    for (const [suffix, viewport] of [
      ['', wide],
      ['-375', narrow],
    ]) {
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
  api.kill('SIGTERM');
  await new Promise((resolve) => (api.exitCode === null ? api.once('exit', resolve) : resolve()));
  rmSync(folder, { recursive: true, force: true });
}
