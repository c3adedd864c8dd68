/** An admin in front of the page: signs in, looks, and hears of everything that must not happen. */
import { launchChromium } from '@belfry/kit/chromium';
import { source } from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { Platform, type PlatformOptions } from './platform.fixture.js';

const standards = {
  type: 'tag' as const,
  values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
};
const colours = ['color-contrast', 'link-in-text-block'];

/** The rules of axe that count: all of WCAG 2.2 A and AA and its own best practices; those about colours; all but those. */
const rules = {
  all: { runOnly: standards },
  colours: { runOnly: { type: 'rule' as const, values: colours } },
  layout: {
    runOnly: standards,
    rules: Object.fromEntries(colours.map((rule) => [rule, { enabled: false }])),
  },
};

/** What a browser says of a page that breaks its policy, asks another host, or throws. */
const complaints = new WeakMap<Page, string[]>();

/** The browser and the platform of one file's journeys. */
export interface Stage {
  readonly platform: Platform;
  /** Opens the account's page by a new link. */
  signIn(accountId: number): Promise<Page>;
  /** Opens the account's page at a path, in the one window in which this file is signed in to it. */
  visit(accountId: number, path: string): Promise<Page>;
}

/**
 * Starts a browser and a platform before the journeys of a file, and ends them after. Options that are a function are
 * asked once everything stands that an earlier `beforeAll` started.
 */
export function stageForThisFile(options?: PlatformOptions | (() => PlatformOptions)): Stage {
  let browser: Browser | undefined;
  let platform: Platform | undefined;
  /** The windows that outlive a test, by account: a page that was there before is there again much sooner. */
  const windows = new Map<number, Page>();
  beforeAll(async () => {
    platform = await Platform.start(typeof options === 'function' ? options() : options);
    browser = await launchChromium();
  });
  afterEach(async () => {
    const heard = [];
    for (const context of browser?.contexts() ?? []) {
      heard.push(...context.pages().flatMap((page) => complaints.get(page)?.splice(0) ?? []));
      const kept = [...windows.values()].find((page) => page.context() === context);
      if (kept === undefined) await context.close();
      else await putBack(kept);
    }
    expect(heard).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    await platform?.stop();
  });
  const started = () => {
    if (browser === undefined || platform === undefined) throw new Error('nothing was started');
    return { browser, platform };
  };
  return {
    get platform() {
      return started().platform;
    },
    async signIn(accountId) {
      const context = await newContext(started().browser);
      return openedAt(await platform!.portalLink(accountId), context, platform!.url);
    },
    async visit(accountId, path) {
      const page = windows.get(accountId) ?? (await this.signIn(accountId));
      windows.set(accountId, page);
      await page.goto(`${started().platform.url}${path}`);
      return page;
    },
  };
}

async function newContext(browser: Browser): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    colorScheme: 'light',
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    reducedMotion: 'reduce',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  // Waited for is what must come about, on a machine that may be busy with something else.
  context.setDefaultTimeout(30_000);
  return context;
}

/** Makes a window as it was when it was opened. What was unsaved in it is left without a question. */
async function putBack(page: Page): Promise<void> {
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await page.context().setOffline(false);
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 1280, height: 900 });
  page.once('dialog', (question) => void question.accept());
  await page.goto('about:blank');
  page.removeAllListeners('dialog');
}

async function openedAt(url: string, context: BrowserContext, origin: string): Promise<Page> {
  const page = await context.newPage();
  listen(page, origin);
  await page.goto(url);
  return page;
}

/** Where a journey may come from that does not begin at the page. */
export const anotherSite = 'http://another.test/';

/** The answers of the API that journeys provoke, and the browser reports on the console. */
const expectedAnswers =
  /the server responded with a status of (400|401|403|404|409|412|429|500|502|503|504)|ERR_FAILED|ERR_INTERNET_DISCONNECTED/;

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
    const isExpected = url.startsWith(`${origin}/`) || url.startsWith('data:') || url === anotherSite;
    if (!isExpected) heard.push(`another host: ${url}`);
  });
}

/**
 * A state is looked at in both schemes, and both wide and as narrow as a telephone. From one scheme to the other nothing
 * changes but colours, and from one width to the other everything may but colours: each rule is asked where its answer can
 * be another one, and not again.
 */
const looks = [
  ['light', 1280, 'all'],
  ['dark', 1280, 'colours'],
  ['dark', 375, 'layout'],
] as const;

/** What is wrong with the page as it stands: findings of axe, and whether it has to be scrolled sideways. */
export async function faultsOf(page: Page): Promise<string[]> {
  const faults = [];
  for (const [colorScheme, width, which] of looks) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 900 });
    // It has drawn what it was told last, and what followed from that.
    await page.evaluate(
      () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => drawn(null)))),
    );
    const overflows = await page.evaluate(
      () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
    );
    const found = [...(await axeFindings(page, which)), ...(overflows ? ['wider than the window'] : [])];
    faults.push(...found.map((fault) => `${colorScheme}, ${width} px: ${fault}`));
  }
  return faults;
}

/** What axe finds, in words. */
async function axeFindings(page: Page, which: keyof typeof rules): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(source);
  const violations = await page.evaluate(async (options) => {
    const { axe } = window as unknown as { axe: typeof import('axe-core') };
    // In the page alone: it would wait for ever for an answer from the mail's frame, in which no script runs.
    const found = await axe.run(document, { ...options, iframes: false, resultTypes: ['violations'] });
    return found.violations.map(({ id, help, nodes }) => ({
      id,
      help,
      nodes: nodes.map(({ target, failureSummary }) => `${String(target)} (${failureSummary})`),
    }));
  }, rules[which]);
  return violations.map(({ id, help, nodes }) => `${id}: ${help} at ${nodes.join(' | ')}`);
}
