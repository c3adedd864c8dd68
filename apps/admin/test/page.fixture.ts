/** An admin in front of the page: signs in, looks, and hears of everything that must not happen. */
import { source } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from './chromium.fixture.js';
import { Platform } from './platform.fixture.js';

/** The sets of axe's rules that count. */
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What a browser says of a page that breaks its policy, asks another host, or throws. */
const complaints = new WeakMap<Page, string[]>();

/** The browser and the platform of one file's journeys. */
export interface Stage {
  readonly platform: Platform;
  /** Opens the account's page by a new link. */
  signIn(accountId: number, options?: { dark?: boolean; width?: number }): Promise<Page>;
}

/** Starts a browser and a platform before the journeys of a file, and ends them after. */
export function stageForThisFile(): Stage {
  let browser: Browser | undefined;
  let platform: Platform | undefined;
  beforeAll(async () => {
    platform = await Platform.start();
    browser = await launchChromium();
  });
  afterEach(async () => {
    for (const context of browser?.contexts() ?? []) {
      const heard = context.pages().flatMap((page) => complaints.get(page) ?? []);
      await context.close();
      expect(heard).toEqual([]);
    }
  });
  afterAll(async () => {
    await browser?.close();
    await platform?.stop();
  });
  return {
    get platform() {
      if (platform === undefined) throw new Error('the platform was not started');
      return platform;
    },
    async signIn(accountId, { dark = false, width = 1280 } = {}) {
      if (browser === undefined || platform === undefined) throw new Error('the browser was not started');
      const context = await browser.newContext({
        viewport: { width, height: 900 },
        colorScheme: dark ? 'dark' : 'light',
        locale: 'en-GB',
        timezoneId: 'Europe/Berlin',
        reducedMotion: 'reduce',
        permissions: ['clipboard-read', 'clipboard-write'],
      });
      context.setDefaultTimeout(15_000);
      const page = await context.newPage();
      listen(page, platform.url);
      await page.goto(await platform.portalLink(accountId));
      return page;
    },
  };
}

/** The answers of the API that journeys provoke, and the browser reports on the console. */
const expectedAnswers =
  /the server responded with a status of (400|401|403|404|409|412|503)|ERR_FAILED|ERR_INTERNET_DISCONNECTED/;

function listen(page: Page, origin: string): void {
  const heard: string[] = [];
  complaints.set(page, heard);
  page.on('pageerror', (error) => heard.push(`error: ${error.message}`));
  page.on('console', (message) => {
    const isComplaint = message.type() === 'error' || message.type() === 'warning';
    if (isComplaint && !expectedAnswers.test(message.text())) heard.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !url.startsWith('data:')) heard.push(`another host: ${url}`);
  });
}

/**
 * What axe finds against WCAG 2.2 A and AA, and its own best practices, in words. It runs in the page alone: it would
 * wait for ever for an answer from the mail's frame, in which no script runs.
 */
export async function axeFindings(page: Page): Promise<string[]> {
  await page.evaluate(source);
  const violations = await page.evaluate(async (tags) => {
    const { axe } = window as unknown as { axe: typeof import('axe-core') };
    const found = await axe.run(document, { runOnly: tags, iframes: false, resultTypes: ['violations'] });
    return found.violations.map(({ id, help, nodes }) => ({
      id,
      help,
      nodes: nodes.map(({ target, failureSummary }) => `${String(target)} (${failureSummary})`),
    }));
  }, rules);
  return violations.map(({ id, help, nodes }) => `${id}: ${help} at ${nodes.join(' | ')}`);
}
