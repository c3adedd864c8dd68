import {
  channels,
  deliveryActions,
  deliveryStatuses,
  statusAfter,
  transitions,
  type Channel,
  type DeliveryAction,
  type DeliveryStatus,
} from '@belfry/domain';
import { capacity, leaseOf, outcome, type QueueUnderTest } from './delivery-queue.conformance.fixture.js';
import type { ClaimedDelivery, Lease } from './delivery-queue.js';

/** The states that a delivery of this channel can be brought to. */
const reachable = (channel: Channel): DeliveryStatus[] =>
  deliveryStatuses.filter(
    (status) =>
      status === 'queued' ||
      deliveryStatuses.some((from) => Object.values(transitions[channel][from]).includes(status)),
  );

const cases = channels.flatMap((channel) =>
  reachable(channel).flatMap((status) => deliveryActions.map((action) => ({ channel, status, action }))),
);

/** Each state and each thing that can happen, as the domain's table has it. */
export function specifyTransitions(given: () => QueueUnderTest): void {
  /** A delivery that a worker had claimed and that is in this state now. */
  async function bringTo(channel: Channel, status: DeliveryStatus, lease: Lease): Promise<ClaimedDelivery> {
    const { queue, queueWebhooks, queueMails, pass } = given();
    await (channel === 'webhook' ? queueWebhooks(1, 1) : queueMails(['a.example']));
    const { deliveries } = await queue.claim(channel, lease, capacity(1));
    const delivery = deliveries[0]!;
    const ways: Record<DeliveryStatus, () => Promise<unknown>> = {
      queued: () => queue.release(lease, [delivery]),
      sending: () => Promise.resolve(),
      succeeded: () => queue.record(lease, [outcome(delivery, { status: 'succeeded' })]),
      failed: () => queue.record(lease, [outcome(delivery, { status: 'failed', reason: 'connection' })]),
      interrupted: async () => {
        await pass(lease.leaseMs + 1);
        await queue.sweep();
      },
    };
    await ways[status]();
    return delivery;
  }

  /** Has it happen to all that it can happen to. */
  async function act(action: DeliveryAction, channel: Channel, lease: Lease, delivery: ClaimedDelivery) {
    const { queue, pass, setEndpoint, interrupt } = given();
    const ways: Record<DeliveryAction, () => Promise<unknown>> = {
      claim: () => queue.claim(channel, leaseOf(), capacity(10)),
      succeed: () => queue.record(lease, [outcome(delivery, { status: 'succeeded' })]),
      fail: () => queue.record(lease, [outcome(delivery, { status: 'failed', reason: 'connection' })]),
      putOff: () => queue.record(lease, [outcome(delivery, { status: 'queued', retryInMs: 1_000 })]),
      giveBack: () => queue.release(lease, [delivery]),
      loseWorker: async () => {
        await pass(lease.leaseMs + 1);
        await queue.sweep();
      },
      turnOff: async () => {
        await setEndpoint(1, null);
        await queue.claim('webhook', leaseOf(), capacity(10));
      },
      interrupt,
    };
    await ways[action]();
  }

  describe('takes a delivery from one state to the next as the domain has it', () => {
    it.each(cases)('$channel, $status: $action', async ({ channel, status, action }) => {
      const lease = leaseOf();
      const delivery = await bringTo(channel, status, lease);
      const { stateOf } = given();
      expect((await stateOf(delivery.deliveryId)).status).toBe(status);
      await act(action, channel, lease, delivery);
      expect((await stateOf(delivery.deliveryId)).status).toBe(statusAfter(channel, status, action));
    });
  });
}
