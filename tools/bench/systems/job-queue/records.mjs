/**
 * What a service built on a job queue keeps in its tables. `accept` saves an event and answers the jobs that it makes,
 * by queue; `carryOut` sends a webhook and saves what came of it. Rows are saved one by one, as TypeORM's repositories do.
 */
import { webhookBody } from '../../payload.mjs';
import { AccountRow, AttemptRow, DeliveryRow, EventRow, OutcomeRow } from './store.mjs';

const eventOf = (body) => ({ accountId: body.account_id, eventType: body.event_type, payload: body });
const succeeded = (status) => status >= 200 && status < 300;

/** The least that can be called a record: the event, and later its outcome. */
const outcomes = {
  rows: [EventRow, OutcomeRow],
  queues: ['webhooks'],
  async accept({ event }, body, url) {
    const { id: eventId } = await event.save(eventOf(body));
    return { eventId, jobs: { webhooks: { eventId, url, payload: webhookBody(body) } } };
  },
  async carryOut({ outcome }, { eventId, url, payload }, post) {
    const startedAt = Date.now();
    const { status } = await post(url, payload);
    await outcome.save({
      eventId,
      status: succeeded(status) ? 'succeeded' : 'failed',
      responseStatus: status,
      durationMs: Date.now() - startedAt,
    });
  },
};

/**
 * What Belfry keeps: settings are read, the event has a webhook and a mail, each delivery is there from the start and is
 * marked before its first byte is sent, and the attempt holds what was sent and answered.
 */
const everything = {
  rows: [AccountRow, EventRow, DeliveryRow, AttemptRow],
  queues: ['webhooks', 'mails'],
  async accept({ account, event, delivery }, body) {
    const { url, email } = await account.findOneByOrFail({ id: body.account_id });
    const { id: eventId } = await event.save(eventOf(body));
    const common = { eventId, accountId: body.account_id, status: 'queued' };
    const webhook = await delivery.save({ ...common, channel: 'webhook', destination: url });
    const mail = await delivery.save({ ...common, channel: 'email', destination: email });
    const payload = webhookBody(body);
    return { eventId, jobs: { webhooks: { id: webhook.id, url, payload }, mails: { id: mail.id, payload } } };
  },
  async carryOut({ delivery, attempt }, { id, url, payload }, post) {
    const startedAt = new Date();
    await delivery.update({ id }, { status: 'sending', startedAt });
    const { status, headers, data } = await post(url, payload);
    const durationMs = Date.now() - startedAt.getTime();
    const ended = succeeded(status) ? 'succeeded' : 'failed';
    await attempt.save({
      deliveryId: id,
      startedAt,
      durationMs,
      status,
      headers: { ...headers },
      body: data,
    });
    await delivery.update({ id }, { status: ended, finishedAt: new Date() });
  },
};

export const records = { outcomes, everything }[process.env.RECORDS];
