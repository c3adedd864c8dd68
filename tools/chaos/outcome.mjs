/**
 * What must be true after a run, whatever was done: read from the database, and held against what the publisher was told
 * and what the endpoints and the mail server received. Every figure that must have a value says which.
 */
import { deliveriesOf } from './publisher.mjs';

/**
 * One line of the result.
 * @typedef {{ group: string, name: string, value: number, mustBe?: number }} Figure
 */

/**
 * Reads and judges.
 * @param {import('./platform.mjs').Platform} platform
 * @param {import('./publisher.mjs').Publisher} publisher
 * @param {ReadonlySet<string>} livingWorkers the workers that recorded an outcome after the last kill
 * @returns {Promise<Figure[]>}
 */
export async function judge(platform, publisher, livingWorkers) {
  const events = await platform.query(
    `SELECT event_id, account_id::integer, event_type, extract(epoch FROM accepted_at) * 1000 AS accepted_at,
       (payload ->> 'integration_id')::integer AS number FROM events WHERE account_id = ANY ($1)`,
    [platform.accountIds],
  );
  const deliveries = await platform.query(
    `SELECT delivery_id, event_id, account_id::integer, channel, status, reason, attempts, worker, destination,
       (SELECT count(*)::integer FROM attempts WHERE attempts.account_id = deliveries.account_id
          AND attempts.delivery_id = deliveries.delivery_id) AS recorded
     FROM deliveries WHERE account_id = ANY ($1)`,
    [platform.accountIds],
  );
  const webhooks = deliveries.filter(({ channel }) => channel === 'webhook');
  const mails = deliveries.filter(({ channel }) => channel === 'email');
  return [
    ...judgePublishing(publisher),
    ...judgeEvents(events, deliveries, publisher.accepted),
    ...judgeWebhooks(webhooks, platform.endpoints, livingWorkers),
    ...judgeMails(mails, platform.mailServer),
  ];
}

function judgePublishing({ accepted, refused, unanswered, unexpected }) {
  const group = 'publishing';
  return [
    { group, name: 'events answered 202', value: accepted.length },
    { group, name: 'tries answered 503', value: refused },
    { group, name: 'tries without an answer', value: unanswered },
    { group, name: 'tries answered anything else', value: unexpected.length, mustBe: 0 },
  ];
}

function judgeEvents(events, deliveries, accepted) {
  const group = 'events';
  const stored = new Map(events.map((event) => [event.event_id, event]));
  const told = new Map(accepted.map((event) => [event.eventId, event]));
  const planned = countBy(deliveries, ({ event_id }) => event_id);
  const count = (isSo) => events.filter(isSo).length;
  const isRight = (event) =>
    planned.get(event.event_id) === deliveriesOf[event.event_type] &&
    told.get(event.event_id)?.deliveries === deliveriesOf[event.event_type];
  const wasRefused = ({ event_id, accepted_at }) =>
    told.get(event_id)?.refusals.some(({ from, to }) => from <= accepted_at && accepted_at <= to) ?? false;
  return [
    { group, name: 'stored', value: events.length, mustBe: accepted.length },
    {
      group,
      name: 'accepted and lost',
      value: accepted.filter(({ eventId }) => !stored.has(eventId)).length,
      mustBe: 0,
    },
    {
      group,
      name: 'stored twice',
      value: events.length - countBy(events, ({ number }) => number).size,
      mustBe: 0,
    },
    { group, name: 'stored by a try that was answered 503', value: count(wasRefused), mustBe: 0 },
    {
      group,
      name: 'with other deliveries than planned',
      value: count((event) => !isRight(event)),
      mustBe: 0,
    },
  ];
}

function judgeWebhooks(webhooks, endpoints, livingWorkers) {
  const group = 'webhooks';
  const seen = (webhook) => endpoints.of(webhook.account_id, webhook.event_id);
  const count = (isSo) => webhooks.filter(isSo).length;
  const is = (status) => (webhook) => webhook.status === status;
  const interrupted = webhooks.filter(is('interrupted'));
  const known = new Set(webhooks.map(({ account_id, event_id }) => `${account_id} ${event_id}`));
  return [
    { group, name: 'planned', value: webhooks.length },
    { group, name: 'succeeded', value: count(is('succeeded')) },
    { group, name: 'failed', value: count(is('failed')) },
    { group, name: 'interrupted', value: interrupted.length },
    {
      group,
      name: 'stuck in queued or sending',
      value: count(({ status }) => status === 'queued' || status === 'sending'),
      mustBe: 0,
    },
    {
      group,
      name: 'received twice',
      value: [...endpoints.received.values()].filter((one) => one.arrivals > 1).length,
      mustBe: 0,
    },
    {
      group,
      name: 'received and not planned',
      value: [...endpoints.received.keys()].filter((key) => !known.has(key)).length,
      mustBe: 0,
    },
    { group, name: 'sent on by a redirect', value: endpoints.followed, mustBe: 0 },
    {
      group,
      name: 'succeeded and not answered 2xx by the endpoint',
      value: count((webhook) => webhook.status === 'succeeded' && !seen(webhook).answered),
      mustBe: 0,
    },
    {
      group,
      name: 'succeeded or failed without exactly one attempt',
      value: count(
        ({ status, attempts, recorded }) =>
          (status === 'succeeded' || status === 'failed') && (attempts !== 1 || recorded !== 1),
      ),
      mustBe: 0,
    },
    {
      group,
      name: 'interrupted and received (killed after the first byte, before the record)',
      value: interrupted.filter((webhook) => seen(webhook).arrivals > 0).length,
    },
    {
      group,
      name: 'interrupted and not received (killed between the claim and the first byte)',
      value: interrupted.filter((webhook) => seen(webhook).arrivals === 0).length,
    },
    {
      group,
      name: 'interrupted though their worker was not killed',
      value: interrupted.filter(({ worker }) => livingWorkers.has(worker)).length,
      mustBe: 0,
    },
    {
      group,
      name: 'failed as dns though their name is answered at once',
      value: count(({ reason, destination }) => reason === 'dns' && destination.includes('.well.')),
      mustBe: 0,
    },
    {
      group,
      name: 'failed by time-out though the endpoint answered 2xx, too late',
      value: count((webhook) => webhook.reason === 'timeout' && seen(webhook).answered),
    },
    {
      group,
      name: 'failed for another reason though the endpoint answered 2xx',
      value: count(
        (webhook) => webhook.status === 'failed' && webhook.reason !== 'timeout' && seen(webhook).answered,
      ),
      mustBe: 0,
    },
  ];
}

function judgeMails(mails, mailServer) {
  const group = 'mails';
  const count = (isSo) => mails.filter(isSo).length;
  const seen = ({ delivery_id }) =>
    mailServer.mails.get(delivery_id) ?? { taken: 0, unanswered: 0, refused: 0 };
  const extra = (mail) => Math.max(0, seen(mail).taken + seen(mail).unanswered - 1);
  // A try that was sent and whose outcome nobody recorded: its process was killed, or its lease ran out in an outage.
  const unrecorded = ({ attempts, recorded }) => attempts - recorded;
  const isExplained = (mail) => extra(mail) <= unrecorded(mail) + seen(mail).unanswered;
  return [
    { group, name: 'planned', value: mails.length },
    { group, name: 'succeeded', value: count(({ status }) => status === 'succeeded') },
    { group, name: 'failed (refused by 550)', value: count(({ status }) => status === 'failed') },
    {
      group,
      name: 'waiting or stuck',
      value: count(({ status }) => status === 'queued' || status === 'sending'),
      mustBe: 0,
    },
    {
      group,
      name: 'succeeded and not taken by the server',
      value: count((mail) => mail.status === 'succeeded' && seen(mail).taken === 0),
      mustBe: 0,
    },
    {
      group,
      name: 'failed and not refused by the server',
      value: count((mail) => mail.status === 'failed' && seen(mail).refused === 0),
      mustBe: 0,
    },
    { group, name: 'doubled', value: count((mail) => extra(mail) > 0) },
    {
      group,
      name: 'doubled, as the server cut the line instead of answering',
      value: count((mail) => extra(mail) > 0 && seen(mail).unanswered > 0),
    },
    {
      group,
      name: 'doubled, as a process was killed before the record',
      value: count((mail) => extra(mail) > 0 && seen(mail).unanswered === 0 && isExplained(mail)),
    },
    { group, name: 'doubled without an explanation', value: count((mail) => !isExplained(mail)), mustBe: 0 },
  ];
}

function countBy(rows, keyOf) {
  const counts = new Map();
  for (const row of rows) counts.set(keyOf(row), (counts.get(keyOf(row)) ?? 0) + 1);
  return counts;
}
