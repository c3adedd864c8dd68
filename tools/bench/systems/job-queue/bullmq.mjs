/** Jobs by BullMQ on Redis, set as its page "Going to production" says. */
import { Queue, Worker } from 'bullmq';
import IORedis from 'ioredis';

/** Answers a function that adds a job to a queue; each is tried once and, when done, not kept for long. */
export async function openProducer(name) {
  const queue = new Queue(name, { connection: new IORedis(process.env.REDIS_URL) });
  await queue.waitUntilReady();
  const options = { attempts: 1, removeOnComplete: { count: 1000 }, removeOnFail: { count: 5000 } };
  return (job) => queue.add(name, job, options);
}

/** Carries the webhooks out, so many at a time. */
export async function openConsumer(concurrency, carryOut) {
  // A worker must wait for Redis for as long as it takes: its documentation asks for null here.
  const connection = new IORedis(process.env.REDIS_URL, { maxRetriesPerRequest: null });
  const worker = new Worker('webhooks', (job) => carryOut(job.data), { connection, concurrency });
  await worker.waitUntilReady();
}
