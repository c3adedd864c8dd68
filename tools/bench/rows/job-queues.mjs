/** What people would use instead. */
import { flood, steady, warmUp } from '../measure.mjs';
import { startJobQueue } from '../systems/job-queue.mjs';

async function round(bench, queue, records) {
  const { counts } = bench;
  const database = await bench.newPostgresDatabase();
  const redis = queue === 'bullmq' ? await bench.redis() : undefined;
  const system = await startJobQueue({
    queue,
    records,
    database,
    redis,
    webhookUrl: bench.webhookUrl,
    folder: bench.folder,
  });
  await warmUp(bench, system, counts.warmUpEvents);
  const full = await flood(bench, system, { events: counts.jobQueueEvents });
  const at50 = await steady(bench, system, { perSecond: 50, seconds: counts.steadySeconds });
  const atHalf = await steady(bench, system, {
    perSecond: full.deliveriesPerSecond / 2,
    seconds: counts.halfRateSeconds,
  });
  const memory = system.peakMemoryMiB();
  await system.stop();
  await database.drop();
  return { ...full, at50, atHalf, memoryMiB: memory };
}

const redisDurability =
  'rows: PostgreSQL, fsync at each commit; jobs: Redis, flushed every second (appendfsync everysec)';
const withoutRedis = (bench) =>
  bench.hasRedis ? null : 'redis-server is not on the PATH (Debian: apt-get install redis-server)';

export const jobQueueRows = {
  bullmq: {
    title: 'BullMQ on Redis + Nest + @nestjs/axios + TypeORM',
    durable: redisDurability,
    missing: withoutRedis,
    round: (bench) => round(bench, 'bullmq', 'outcomes'),
  },
  'bullmq-everything': {
    title: 'the same, keeping all that Belfry keeps',
    durable: redisDurability,
    missing: withoutRedis,
    round: (bench) => round(bench, 'bullmq', 'everything'),
  },
  'pg-boss': {
    title: 'pg-boss + Nest + @nestjs/axios + TypeORM',
    durable: 'rows and jobs: PostgreSQL, fsync at each commit',
    round: (bench) => round(bench, 'pg-boss', 'outcomes'),
  },
};
