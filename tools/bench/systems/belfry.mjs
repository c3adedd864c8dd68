/** Belfry as an operator runs it: the built API as a process of its own, or one API and two workers. */
import { builtApi } from '@belfry/kit/belfry-process';
import { join } from 'node:path';
import { end, startProgram } from '../child-processes.mjs';
import { connect } from '../database-client.mjs';
import { accountName } from '../payload.mjs';
import { cpuSeconds, memoryMiB, peakMemoryMiB } from '../process-costs.mjs';

const key = 'key-of-the-benchmark';
const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };

/** Accounts with a webhook, those with mails alone, and the one whose endpoint hangs. */
export const accounts = Array.from({ length: 20 }, (_, place) => 1 + place);
export const mailAccounts = Array.from({ length: 20 }, (_, place) => 2001 + place);
export const hangingAccount = 3001;

/**
 * Starts it. `database` is `{folder}` (embedded) or `{url, serverPid}`; `roles` has one entry for each process;
 * `mailsWait` leaves every mail in the queue: the one mail that may be in flight gets no answer from the `smtpUrl`.
 */
export async function startBelfry({
  folder,
  database,
  roles = ['all'],
  smtpUrl,
  mailsWait,
  nodeOptions = [],
  retentionDays = 30,
}) {
  const embedded = database.folder !== undefined;
  const env = {
    PATH: process.env.PATH,
    NODE_ENV: 'production',
    PORT: '0',
    DATA_DIR: embedded ? database.folder : folder,
    BOOTSTRAP_API_KEY: key,
    LOG_LEVEL: 'warn',
    WEBHOOK_ALLOWED_CIDRS: '127.0.0.0/8',
    SMTP_URL: smtpUrl,
    MAIL_FROM: 'belfry@example.com',
    ...(embedded ? {} : { DATABASE_URL: database.url }),
    RETENTION_DAYS: String(retentionDays),
    ...(mailsWait ? { MAILS_IN_FLIGHT: '1' } : {}),
  };
  const processes = [];
  let url;
  for (const role of roles) {
    const started = await startProgram(process.execPath, [...nodeOptions, builtApi], {
      env: { ...env, ROLE: role },
      cwd: folder,
      ready: /Belfry is ready at (\S+)/,
    });
    processes.push(started.child);
    url ??= started.match[1];
  }
  const client = await connectTo(database);
  const pids = processes.map(({ pid }) => pid);
  return {
    publishing: { url: `${url}/v1/events`, headers },
    accounts,
    client,
    cpuSeconds: () => cpuSeconds(embedded ? pids : [...pids, database.serverPid]),
    peakMemoryMiB: () => peakMemoryMiB(pids),
    memoryMiB: () => memoryMiB(pids),
    makeAccounts: (ids, webhookUrl) => makeAccounts(url, ids, webhookUrl),
    untilRecorded: () => untilNone(client, `channel = 'webhook'`),
    untilMailsRecorded: () => untilNone(client, `channel = 'email'`),
    countSucceeded: (channel) => countSucceeded(client, channel),
    // An orderly end waits for the mail in flight, which the silent mail server keeps for a second.
    stop: async ({ inOrder = !mailsWait } = {}) => {
      await client.end();
      await Promise.all(processes.map((child) => end(child, inOrder ? 20_000 : 100)));
    },
  };
}

/** To the embedded database by its socket in the data directory, which other processes may use while Belfry runs. */
function connectTo({ folder, url }) {
  return connect(
    folder === undefined
      ? { connectionString: url }
      : { host: join(folder, 'database'), user: 'postgres', database: 'postgres' },
  );
}

async function makeAccounts(url, ids, webhookUrl) {
  const settings =
    webhookUrl === null
      ? {}
      : { webhook_url: webhookUrl, events: { run_failed: { send_webhook: true, email_subscribers: [] } } };
  for (const id of ids) {
    // Each account's contact is at a domain of its own, as customers are: mails have a limit for each domain.
    const primary_contact = { name: 'Pat Doe', email: `pat@customer-${id}.example.com` };
    await put(`${url}/v1/accounts/${id}`, { account_name: accountName, primary_contact });
    await put(`${url}/v1/accounts/${id}/notification-settings`, settings);
  }
}

async function put(url, body) {
  const response = await fetch(url, { method: 'PUT', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`PUT ${url} was answered ${response.status} ${await response.text()}`);
  await response.arrayBuffer();
}

/** Both halves are answered by the queue's partial indexes, so that asking costs the same however long the history is. */
async function untilNone(client, which) {
  const unfinished = (status) =>
    `EXISTS (SELECT FROM deliveries WHERE status = '${status}' AND ${which} AND account_id <> ${hangingAccount})`;
  const end = Date.now() + 120_000;
  for (;;) {
    const { rows } = await client.query(`SELECT ${unfinished('queued')} OR ${unfinished('sending')} AS some`);
    if (!rows[0].some) return;
    if (Date.now() > end) throw new Error(`deliveries (${which}) are still under way after two minutes`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function countSucceeded(client, channel) {
  const { rows } = await client.query(
    `SELECT count(*)::integer AS count FROM deliveries WHERE channel = $1 AND status = 'succeeded'`,
    [channel],
  );
  return rows[0].count;
}
