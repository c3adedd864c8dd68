import type { TestDatabase } from '../database/database.fixture.js';
import { leaseOf } from '../stores/events.fixture.js';
import { capacity, createTestQueue, outcome, rowOf, type TestQueue } from './queue.fixture.js';

let database: TestDatabase;
let queue: TestQueue['queue'];
let queueWebhooks: TestQueue['queueWebhooks'];
let queueMails: TestQueue['queueMails'];

beforeAll(async () => {
  ({ database, queue, queueWebhooks, queueMails } = await createTestQueue());
});
beforeEach(() => database.query('TRUNCATE events, deliveries, attempts'));
afterAll(() => database.drop());

describe('what is kept of an attempt', () => {
  it('says when its delivery finished, and leaves no lease', async () => {
    await queueWebhooks(1, 1);
    const lease = leaseOf();
    const { deliveries } = await queue.claim('webhook', lease, capacity(1));
    expect(await rowOf(database, deliveries[0]!.deliveryId)).toMatchObject({ leased: true });
    await queue.record(lease, [outcome(deliveries[0]!, { status: 'succeeded' })]);
    expect(await rowOf(database, deliveries[0]!.deliveryId)).toMatchObject({
      leased: null,
      finished_at: new Date('2026-11-24T12:00:00.040Z'),
    });
  });

  it('keeps the sign for U+0000 in its place, which an endpoint may answer with and PostgreSQL does not take', async () => {
    await queueWebhooks(1, 1);
    const lease = leaseOf();
    const { deliveries } = await queue.claim('webhook', lease, capacity(1));
    const { attempt, ...rest } = outcome(deliveries[0]!, { status: 'succeeded' });
    const response = { status: 200, headers: { 'x\0': 'a\0b' }, body: 'o\0k' };
    expect(await queue.record(lease, [{ ...rest, attempt: { ...attempt, response } }])).toEqual([]);
    expect(await database.query('SELECT response_body, response_headers FROM attempts')).toEqual([
      { response_body: 'o\u2400k', response_headers: { 'x\u2400': 'a\u2400b' } },
    ]);
  });

  it('keeps what happened in words, where nothing came back', async () => {
    await queueMails(['a.example']);
    const lease = leaseOf();
    const {
      deliveries: [claimed],
    } = await queue.claim('email', lease, capacity(1));
    const { attempt, ...rest } = outcome(claimed!, { status: 'queued', retryInMs: 60_000 });
    const detail = "The mail server can't be used right now: nothing listens on its port.\0";
    await queue.record(lease, [{ ...rest, attempt: { ...attempt, response: null, detail } }]);
    expect(await database.query('SELECT response_status, detail FROM attempts')).toEqual([
      { response_status: null, detail: detail.replace('\0', '\u2400') },
    ]);
  });
});
