/** What people would use instead: an API and a worker around a job queue. Nothing is validated, and no mail is sent. */
import { fileURLToPath } from 'node:url';
import { end, startProgram } from '../child-processes.mjs';
import { connect } from '../database-client.mjs';
import { cpuSeconds, memoryMiB, peakMemoryMiB } from '../process-costs.mjs';

const file = (name) => fileURLToPath(new URL(`job-queue/${name}.mjs`, import.meta.url));

/**
 * Starts it; `queue` is `bullmq` (with `redis`) or `pg-boss`, and `records` says what it keeps: `outcomes` or `everything`
 * (job-queue/records.mjs).
 */
export async function startJobQueue({ queue, records, database, redis, webhookUrl, folder }) {
  const env = {
    PATH: process.env.PATH,
    NODE_ENV: 'production',
    QUEUE: queue,
    RECORDS: records,
    DATABASE_URL: database.url,
    WEBHOOK_URL: webhookUrl,
    ...(redis === undefined ? {} : { REDIS_URL: redis.url }),
  };
  const start = (name, ready) => startProgram(process.execPath, [file(name)], { env, cwd: folder, ready });
  const api = await start('api', /ready at (\S+)/);
  const worker = await start('worker', /ready/);
  const client = await connect({ connectionString: database.url });
  const pids = [api.child.pid, worker.child.pid, ...(redis === undefined ? [] : [redis.pid])];
  const table =
    records === 'outcomes' ? 'outcome' : `delivery WHERE channel = 'webhook' AND "finishedAt" IS NOT NULL`;
  let published = 0;
  return {
    publishing: { url: `${api.match[1]}/v1/events`, headers: { 'content-type': 'application/json' } },
    accounts: [1],
    cpuSeconds: () => cpuSeconds([...pids, database.serverPid]),
    peakMemoryMiB: () => peakMemoryMiB(pids),
    memoryMiB: () => memoryMiB(pids),
    untilRecorded: (count) => untilCount(client, table, (published += count)),
    stop: async () => {
      await client.end();
      await Promise.all([end(api.child, 0), end(worker.child, 0)]);
    },
  };
}

async function untilCount(client, finished, count) {
  const end = Date.now() + 120_000;
  for (;;) {
    const { rows } = await client.query(`SELECT count(*)::integer AS count FROM ${finished}`);
    if (rows[0].count >= count) return;
    if (Date.now() > end) throw new Error('outcomes are still missing after two minutes');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
