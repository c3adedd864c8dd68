/**
 * Starts the built API as a newcomer does (embedded database, nothing else), follows what it prints, publishes an event,
 * and waits for the webhook and the mails. Says what it saw; exits 1 if anything is missing.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'belfry-smoke-'));
const api = spawn(process.execPath, ['apps/api/dist/main.js'], {
  env: { PATH: process.env.PATH, PORT: '0', DATA_DIR: folder },
  stdio: ['ignore', 'pipe', 'inherit'],
});
let output = '';
api.stdout.on('data', (text) => (output += text));

try {
  await until('the API is ready', () => /Publish an event:[\s\S]+Next:/.test(output));
  const url = /ready at (\S+)/.exec(output)[1];
  const [, key] = /API key \(shown this once\): (\S+)/.exec(output);
  const body = /-d '(.+)'/.exec(output)[1];
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const answer = await fetch(`${url}/v1/events`, { method: 'POST', headers, body });
  const accepted = await answer.text();
  console.log(`publish answered ${answer.status} ${accepted}`);
  if (answer.status !== 202) throw new Error('the event was not accepted');

  const read = async (path) =>
    (await fetch(`${url}${path}`, { headers: { accept: 'application/json' } })).json();
  await until('one webhook arrived', async () => (await read('/dev/endpoint')).webhooks.length === 1);
  await until('two mails arrived', async () => (await read('/dev/mailbox')).mails.length === 2);
  const deliveries = `${url}/v1/accounts/${JSON.parse(body).account_id}/deliveries?event_id=${JSON.parse(accepted).event_id}`;
  await until('every delivery succeeded', async () => {
    const list = (await (await fetch(deliveries, { headers })).json()).deliveries;
    return list.length === 3 && list.every(({ status }) => status === 'succeeded');
  });
  const ended = new Promise((resolve) => api.once('exit', resolve));
  api.kill('SIGTERM');
  if ((await ended) !== 0) throw new Error('the API did not stop in order');
  console.log('the API stopped in order');
} finally {
  api.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}

async function until(what, isSo) {
  const end = Date.now() + 30_000;
  while (!(await isSo())) {
    if (Date.now() > end || api.exitCode !== null)
      throw new Error(`it did not come about: ${what}\n${output}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  console.log(what);
}
