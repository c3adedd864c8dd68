/** The worker of a service built on a job queue: POSTs the webhook by axios, and saves what came of it. */
import axios from 'axios';
import { Agent } from 'node:http';
import { openStore, OutcomeRow } from './store.mjs';

const { DATABASE_URL, QUEUE } = process.env;
const atATime = 64;
const { openConsumer } = await import(`./${QUEUE}.mjs`);
const store = await openStore(DATABASE_URL);
const outcomes = store.getRepository(OutcomeRow);
const http = axios.create({
  httpAgent: new Agent({ keepAlive: true, maxSockets: atATime }),
  headers: { 'Content-Type': 'application/json' },
  timeout: 15_000,
  maxRedirects: 0,
  validateStatus: null,
});

await openConsumer(atATime, async ({ eventId, url, payload }) => {
  const startedAt = Date.now();
  const { status } = await http.post(url, payload);
  await outcomes.save({
    eventId,
    status: status >= 200 && status < 300 ? 'succeeded' : 'failed',
    responseStatus: status,
    durationMs: Date.now() - startedAt,
  });
});
process.stdout.write('ready\n');
