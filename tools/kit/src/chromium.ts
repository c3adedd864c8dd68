/** The browser of the journeys: Debian's Chromium, or the one that `CHROMIUM_PATH` names. */
import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Where a Chromium is; null where none was found. */
export const chromiumPath: string | null =
  [process.env['CHROMIUM_PATH'], ...places].find((path) => path !== undefined && existsSync(path)) ?? null;

/** Starts it. It makes no request of its own. */
export function launchChromium(): Promise<Browser> {
  if (chromiumPath === null) throw new Error('there is no Chromium here');
  return chromium.launch({
    executablePath: chromiumPath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/**
 * Journeys in a browser. Without one, a single test takes their place and says so: a run that has tested nothing in a
 * browser must not look like one that has.
 */
export function describeInChromium(name: string, journeys: () => void): void {
  if (chromiumPath !== null) {
    describe(name, journeys);
    return;
  }
  describe(name, () => {
    it('was not tested: no Chromium was found (install chromium, or set CHROMIUM_PATH)', () => {
      process.stderr.write(`\n${name}: no Chromium was found, so no journey was tested.\n`);
      expect(chromiumPath).toBeNull();
    });
  });
}
