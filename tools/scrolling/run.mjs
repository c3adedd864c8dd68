/**
 * Measures how the admin page scrolls through ten thousand deliveries: starts the built API on an embedded database,
 * publishes events until there are as many, and scrolls through all of them in Chromium, as fast as frames come. Says
 * how long frames took, how many rows were there at the most, and how much memory the page took. Ends with 1 where the
 * list did not reach the last delivery, or had more rows than fit on a few screens.
 *
 *     node tools/scrolling/run.mjs [deliveries]
 */
import { BelfryProcess } from '@belfry/kit/belfry-process';
import { launchChromium } from '@belfry/kit/chromium';
import { Endpoint } from '@belfry/kit/endpoint';
import { key } from '@belfry/kit/rest-client';
import { failedRun } from '@belfry/kit/sample-events';
import { waitFor } from '@belfry/kit/waiting';
import { loadavg } from 'node:os';
import { scrollThrough } from './scroll-through.mjs';

const wanted = Number(process.argv[2] ?? 10_000);
const mostRows = 80;
const accountId = 7;

const endpoint = await Endpoint.start();
const api = BelfryProcess.spawn({ BOOTSTRAP_API_KEY: key, LOG_LEVEL: 'warn' });
let browser;
try {
  await api.ready();
  await api.makeAccount(accountId, {
    webhook_url: endpoint.url(),
    events: { run_failed: { send_webhook: true } },
  });
  // Two deliveries each: the webhook, and the mail to the primary contact.
  for (let events = 0; events < wanted / 2; events += 500) {
    const batch = Array.from({ length: 500 }, (_, index) => failedRun(accountId, events + index + 1));
    const { status } = await api.post('/v1/events/batch', { events: batch });
    if (status >= 300) throw new Error(`a batch was answered ${status}`);
  }
  const path = `/v1/accounts/${accountId}/deliveries?limit=1&status=`;
  await waitFor(
    async () => {
      const open = await Promise.all(['queued', 'sending'].map((status) => api.get(`${path}${status}`)));
      return open.every(({ body }) => body.deliveries.length === 0);
    },
    { what: 'that everything is delivered', withinMs: 180_000, everyMs: 200 },
  );

  browser = await launchChromium();
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' });
  await page.goto((await api.post(`/v1/accounts/${accountId}/portal-links`, undefined)).body.url);
  await page.getByRole('link', { name: 'Deliveries', exact: true }).click();
  await page.locator('.row').first().waitFor();
  const devtools = await page.context().newCDPSession(page);
  // In the processor's time, which stays the same whatever else the machine does.
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
  const metrics = async () =>
    Object.fromEntries(
      (await devtools.send('Performance.getMetrics')).metrics.map(({ name, value }) => [name, value]),
    );
  for (const pass of ['down, loading', 'up, all there', 'down, all there']) {
    const before = await metrics();
    const seen = await scrollThrough(page, pass.startsWith('down') ? 600 : -600);
    const after = await metrics();
    const each = (name) => (((after[name] - before[name]) * 1000) / seen.frames).toFixed(1);
    console.log(
      `${pass}: ${seen.frames} frames, p50 ${seen.p50} ms, p95 ${seen.p95} ms, p99 ${seen.p99} ms, ` +
        `longest ${seen.longest} ms, ${seen.longTasks} tasks over 50 ms (longest ${seen.longestTask} ms)\n` +
        `  processor's time of a frame ${each('TaskDuration')} ms (scripts ${each('ScriptDuration')}, ` +
        `styles ${each('RecalcStyleDuration')}, layout ${each('LayoutDuration')})\n` +
        `  at most ${seen.mostRows} rows; heap ${(after.JSHeapUsedSize / 2 ** 20).toFixed(1)} MB, ` +
        `${after.Nodes} DOM nodes; load of the machine ${loadavg()[0].toFixed(1)}`,
    );
    const foot = await page.locator('.list-foot').innerText();
    if (pass.startsWith('down')) console.log(`  at the end of the list: ${foot}`);
    if (seen.mostRows > mostRows) throw new Error('more rows than fit on a few screens');
    if (foot !== `${wanted.toLocaleString('en')} deliveries`)
      throw new Error('the last delivery was not reached');
  }
} finally {
  await browser?.close();
  await api.remove();
  await endpoint.stop();
}
