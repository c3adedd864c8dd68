import { publicDestinationsOnly, type Channel } from '@belfry/domain';
import { Destinations } from '../destinations.js';
import { TestClock } from '../ports/clock.fixture.js';
import type { ClaimedDelivery } from '../ports/delivery-queue.js';
import type { MailOutcome } from '../ports/mailer.js';
import { DeliveryChannels } from './delivery-channels.js';

const minute = 60_000;

/** What happens next to a mail that the server refuses like this, at this try and age. */
async function afterTry(attempt: number, ageMs: number, changes: Partial<MailOutcome> = {}) {
  const clock = new TestClock();
  const mailer = {
    wrapUp: () => undefined,
    send: () =>
      Promise.resolve<MailOutcome>({
        result: 'temporary',
        reason: 'temporary',
        request: { headers: {}, body: '' },
        response: null,
        detail: null,
        waitedMs: 0,
        pauses: 'usual',
        ...changes,
      }),
  };
  const webhooks = { send: () => Promise.reject(new Error('no webhook')) };
  const channels = new DeliveryChannels(webhooks, mailer, new Destinations(publicDestinationsOnly), clock);
  const createdAt = new Date(clock.now().getTime() - ageMs);
  const { next } = await channels.deliver(mailOf('email', attempt, createdAt));
  return next;
}

const mailOf = (channel: Channel, attempt: number, createdAt: Date): ClaimedDelivery => ({
  accountId: 1,
  deliveryId: 'delivery',
  eventId: 'event',
  eventType: 'run_failed',
  channel,
  destination: 'ada@example.com',
  recipientRole: 'subscriber',
  payload: '{}',
  attempt,
  createdAt,
});

describe('a mail that cannot be delivered for now', () => {
  it.each([
    [1, 15_000],
    [2, minute],
    [5, 10 * minute],
    [8, 60 * minute],
    [20, 60 * minute],
  ])('is tried again after try %d in %d ms', async (attempt, retryInMs) => {
    expect(await afterTry(attempt, minute)).toEqual({ status: 'queued', retryInMs });
  });

  it('has expired where the next try would come later than a day after its event', async () => {
    expect(await afterTry(8, 23.5 * 60 * minute)).toEqual({ status: 'failed', reason: 'expired' });
    expect(await afterTry(8, 22.5 * 60 * minute)).toMatchObject({ status: 'queued' });
  });

  it('has longer pauses where somebody must put something right first', async () => {
    expect(await afterTry(1, minute, { pauses: 'long' })).toEqual({
      status: 'queued',
      retryInMs: 5 * minute,
    });
  });
});

it('a mail that was refused for good has failed, with the reason', async () => {
  expect(await afterTry(1, minute, { result: 'permanent', reason: 'rejected' })).toEqual({
    status: 'failed',
    reason: 'rejected',
  });
});
