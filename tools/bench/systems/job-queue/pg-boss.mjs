/** Jobs by pg-boss in the same PostgreSQL. Version 10 is the last that runs on Node 20. */
import PgBoss from 'pg-boss';

/** Its least: it has no other way than asking to hear of jobs. */
const pollingIntervalSeconds = 0.5;
/** So many jobs of each asking that asking is not what limits it. */
const batchSize = 1000;

async function open(name) {
  const boss = new PgBoss(process.env.DATABASE_URL);
  // It reports what goes wrong in the background here; a benchmark that it happens in must fail.
  boss.on('error', (error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exit(1);
  });
  await boss.start();
  await boss.createQueue(name);
  return boss;
}

/** Answers a function that adds a job to a queue; each is tried once. */
export async function openProducer(name) {
  const boss = await open(name);
  return (job) => boss.send(name, job, { retryLimit: 0 });
}

/** Carries the webhooks out: a batch at a time, so many of it at once. */
export async function openConsumer(concurrency, carryOut) {
  const boss = await open('webhooks');
  await boss.work('webhooks', { batchSize, pollingIntervalSeconds }, async (jobs) => {
    const rest = jobs.values();
    const inTurn = async () => {
      for (const { data } of rest) await carryOut(data);
    };
    await Promise.all(Array.from({ length: concurrency }, inTurn));
  });
}
