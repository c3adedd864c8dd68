/**
 * Measures how the admin page scrolls through ten thousand deliveries: starts the built API on an embedded database,
 * publishes events until there are as many, and scrolls through all of them in Chromium, as fast as frames come. Says
 * how long frames took, how many rows were there at the most, and how much memory the page took. Ends with 1 where the
 * list did not reach the last delivery, or had more rows than fit on a few screens.
 *
 *     node tools/scrolling/run.mjs [deliveries]
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { scrollThrough } from './scroll-through.mjs';

const wanted = Number(process.argv[2] ?? 10_000);
const mostRows = 80;
const accountId = 7;
const key = 'key-of-the-scrolling-measurement';

const executablePath = [process.env.CHROMIUM_PATH, '/usr/bin/chromium'].find(
  (path) => path && existsSync(path),
);
if (executablePath === undefined) {
  console.error('No Chromium was found: install chromium, or set CHROMIUM_PATH.');
  process.exit(1);
}
const folder = mkdtempSync(join(tmpdir(), 'belfry-scrolling-'));
const endpoint = createServer((request, response) => request.resume().on('end', () => response.end()));
await new Promise((listening) => endpoint.listen(0, '127.0.0.1', listening));
const api = spawn(process.execPath, ['apps/api/dist/main.js'], {
  env: {
    PATH: process.env.PATH,
    PORT: '0',
    DATA_DIR: folder,
    BOOTSTRAP_API_KEY: key,
    WEBHOOK_ALLOWED_CIDRS: '127.0.0.0/8',
    LOG_LEVEL: 'warn',
  },
  stdio: ['ignore', 'pipe', 'inherit'],
});
let output = '';
api.stdout.on('data', (text) => (output += text));
let browser;
try {
  const url = await until('the API is ready', () => /ready at (\S+)/.exec(output)?.[1]);
  const call = async (method, path, body) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  await call('PUT', `/v1/accounts/${accountId}`, {
    account_name: 'Acme Inc',
    primary_contact: { email: 'pat@acme.example.com' },
  });
  await call('PUT', `/v1/accounts/${accountId}/notification-settings`, {
    webhook_url: `http://127.0.0.1:${endpoint.address().port}/in?token=s3cret`,
    events: { run_failed: { send_webhook: true } },
  });
  // Two deliveries each: the webhook, and the mail to the primary contact.
  for (let events = 0; events < wanted / 2; events += 500) {
    await call('POST', '/v1/events/batch', { events: Array.from({ length: 500 }, failedRun) });
  }
  await until('everything was delivered', async () => {
    const search = `${url}/v1/accounts/${accountId}/deliveries?limit=1&status=`;
    const open = await Promise.all(
      ['queued', 'sending'].map(async (status) =>
        (await fetch(`${search}${status}`, { headers: { authorization: `Bearer ${key}` } })).json(),
      ),
    );
    return open.every(({ deliveries }) => deliveries.length === 0);
  });

  browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' });
  await page.goto((await call('POST', `/v1/accounts/${accountId}/portal-links`)).url);
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
  api.kill('SIGTERM');
  await new Promise((resolve) => (api.exitCode === null ? api.once('exit', resolve) : resolve()));
  endpoint.closeAllConnections();
  endpoint.close();
  rmSync(folder, { recursive: true, force: true });
}

function failedRun(_, index) {
  return {
    event_type: 'run_failed',
    environment: 'production',
    account_id: accountId,
    data: {
      run_id: index + 1,
      run_status: 'failed',
      tenant_id: 7,
      tenant_name: 'Acme',
      integration_id: 3,
      integration_name: 'CRM sync',
    },
  };
}

async function until(what, look) {
  const end = Date.now() + 180_000;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end || api.exitCode !== null) throw new Error(`it did not come about: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
