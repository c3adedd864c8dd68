/** The API of a service built on a job queue: saves the event, adds a job, answers 202. Express, as most have it. */
import express from 'express';
import { webhookBody } from '../../payload.mjs';
import { EventRow, openStore } from './store.mjs';

const { DATABASE_URL, WEBHOOK_URL, QUEUE } = process.env;
const { openProducer } = await import(`./${QUEUE}.mjs`);
const store = await openStore(DATABASE_URL);
const events = store.getRepository(EventRow);
const add = await openProducer();

const app = express();
app.use(express.json());
app.post('/v1/events', async (request, response) => {
  const payload = webhookBody(request.body);
  const { account_id: accountId, event_type: eventType } = request.body;
  const event = await events.save({ accountId, eventType, payload: request.body });
  await add({ eventId: event.id, url: WEBHOOK_URL, payload });
  response.status(202).json({ event_id: event.id });
});
const server = app.listen(0, '127.0.0.1', () =>
  process.stdout.write(`ready at http://127.0.0.1:${server.address().port}\n`),
);
