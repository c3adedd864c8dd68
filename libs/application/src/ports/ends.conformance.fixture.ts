import {
  capacity,
  ids,
  leaseOf,
  outcome,
  type QueueUnderTest,
} from './delivery-queue.conformance.fixture.js';

/** How leases end: by an outcome, by giving back, or because they ran out. */
export function specifyEnds(given: () => QueueUnderTest): void {
  describe('recording', () => {
    it('finishes deliveries and keeps their attempts', async () => {
      const { queue, queueWebhooks, stateOf, attempts } = given();
      await queueWebhooks(1, 2);
      const lease = leaseOf();
      const { deliveries } = await queue.claim('webhook', lease, capacity(2));
      const outcomes = [
        outcome(deliveries[0]!, { status: 'succeeded' }),
        outcome(deliveries[1]!, { status: 'failed', reason: 'timeout' }),
      ];
      expect(await queue.record(lease, outcomes)).toEqual([]);
      expect(await stateOf(deliveries[0]!.deliveryId)).toMatchObject({
        status: 'succeeded',
        reason: null,
        worker: null,
      });
      expect(await stateOf(deliveries[1]!.deliveryId)).toMatchObject({ status: 'failed', reason: 'timeout' });
      expect(await attempts()).toBe(2);
    });

    it('queues a mail again, to be tried later', async () => {
      const { queue, queueMails, stateOf, pass } = given();
      const [deliveryId] = await queueMails(['a.example']);
      const lease = leaseOf();
      const { deliveries } = await queue.claim('email', lease, capacity(1));
      await queue.record(lease, [outcome(deliveries[0]!, { status: 'queued', retryInMs: 60_000 })]);
      expect(await stateOf(deliveryId!)).toMatchObject({ status: 'queued', attempt: 1, worker: null });
      expect(await queue.endPauses()).toBe(0);
      expect((await queue.claim('email', lease, capacity(1))).deliveries).toEqual([]);
      await pass(60_001);
      expect(await queue.endPauses()).toBe(1);
      const again = await queue.claim('email', lease, capacity(1));
      expect(again.deliveries).toMatchObject([{ deliveryId, attempt: 2 }]);
    });

    it('is safe to repeat: what was recorded already is neither changed nor called dropped', async () => {
      const { queue, queueWebhooks, attempts } = given();
      await queueWebhooks(1, 1);
      const lease = leaseOf();
      const { deliveries } = await queue.claim('webhook', lease, capacity(1));
      const outcomes = [outcome(deliveries[0]!, { status: 'succeeded' })];
      expect(await queue.record(lease, outcomes)).toEqual([]);
      expect(await queue.record(lease, outcomes)).toEqual([]);
      expect(await attempts()).toBe(1);
    });

    it('drops the outcome of what another worker holds, and stores nothing of it', async () => {
      const { queue, queueWebhooks, stateOf, attempts } = given();
      const [deliveryId] = await queueWebhooks(1, 1);
      const { deliveries } = await queue.claim('webhook', leaseOf(), capacity(1));
      expect(await queue.record(leaseOf(), [outcome(deliveries[0]!, { status: 'succeeded' })])).toEqual([
        deliveryId,
      ]);
      expect(await stateOf(deliveryId!)).toMatchObject({ status: 'sending' });
      expect(await attempts()).toBe(0);
    });

    it('drops the outcome of an earlier try of a mail that the same worker has claimed again', async () => {
      const { queue, queueMails, pass } = given();
      await queueMails(['a.example']);
      const lease = leaseOf();
      const first = (await queue.claim('email', lease, capacity(1))).deliveries[0]!;
      await pass(lease.leaseMs + 1);
      await queue.sweep();
      const second = (await queue.claim('email', lease, capacity(1))).deliveries[0]!;
      expect(second.attempt).toBe(2);
      expect(await queue.record(lease, [outcome(first, { status: 'succeeded' })])).toEqual([
        first.deliveryId,
      ]);
      expect(await queue.record(lease, [outcome(second, { status: 'succeeded' })])).toEqual([]);
    });

    it('takes the late outcome of a webhook that was marked interrupted', async () => {
      const { queue, queueWebhooks, stateOf, pass } = given();
      const [deliveryId] = await queueWebhooks(1, 1);
      const lease = leaseOf();
      const { deliveries } = await queue.claim('webhook', lease, capacity(1));
      await pass(lease.leaseMs + 1);
      await queue.sweep();
      expect(await stateOf(deliveryId!)).toMatchObject({ status: 'interrupted' });
      expect(await queue.record(lease, [outcome(deliveries[0]!, { status: 'succeeded' })])).toEqual([]);
      expect(await stateOf(deliveryId!)).toMatchObject({ status: 'succeeded', worker: null });
    });
  });

  describe('leases that end without an outcome', () => {
    it('leave what is given back queued, and the attempt does not count', async () => {
      const { queue, queueWebhooks, stateOf } = given();
      const [deliveryId] = await queueWebhooks(1, 1);
      const lease = leaseOf();
      const { deliveries } = await queue.claim('webhook', lease, capacity(1));
      await queue.release(leaseOf(), deliveries);
      expect(await stateOf(deliveryId!)).toMatchObject({ status: 'sending' });
      await queue.release(lease, deliveries);
      expect(await stateOf(deliveryId!)).toMatchObject({ status: 'queued', attempt: 0, worker: null });
      expect((await queue.claim('webhook', lease, capacity(1))).deliveries).toMatchObject([
        { deliveryId, attempt: 1 },
      ]);
    });

    it('interrupt webhooks and queue mails again once they have run out, and not before', async () => {
      const { queue, queueWebhooks, queueMails, stateOf, pass } = given();
      const [hook] = await queueWebhooks(1, 1);
      const [letter] = await queueMails(['a.example']);
      const lease = leaseOf();
      await queue.claim('webhook', lease, capacity(1));
      await queue.claim('email', lease, capacity(1));
      await pass(lease.leaseMs - 5_000);
      expect(await queue.sweep()).toEqual({ interrupted: [], requeued: [] });
      await pass(5_001);
      expect(await queue.sweep()).toEqual({
        interrupted: [expect.objectContaining({ accountId: 1, deliveryId: hook, channel: 'webhook' })],
        requeued: [expect.objectContaining({ accountId: 1, deliveryId: letter, channel: 'email' })],
      });
      expect(await stateOf(hook!)).toMatchObject({ status: 'interrupted' });
      expect(await stateOf(letter!)).toMatchObject({ status: 'queued', worker: null });
      expect((await queue.claim('webhook', lease, capacity(9))).deliveries).toEqual([]);
      expect(ids((await queue.claim('email', lease, capacity(9))).deliveries)).toEqual([letter]);
    });

    it('hold for a worker that renews them, and for no other', async () => {
      const { queue, queueWebhooks, stateOf, pass } = given();
      await queueWebhooks(1, 3);
      const mine = leaseOf();
      const theirs = leaseOf();
      const { deliveries: my } = await queue.claim('webhook', mine, capacity(2));
      const { deliveries: others } = await queue.claim('webhook', theirs, capacity(1));
      await pass(mine.leaseMs - 5_000);
      // One of its own is left out.
      await queue.renew(mine, [my[0]!, ...others]);
      await pass(5_001);
      expect(new Set(ids((await queue.sweep()).interrupted as never))).toEqual(
        new Set(ids([my[1]!, ...others])),
      );
      expect(await stateOf(my[0]!.deliveryId)).toMatchObject({ status: 'sending' });
    });

    it('are ended a thousand at a time', async () => {
      const { queue, queueWebhooks, pass } = given();
      await queueWebhooks(1, 1_200);
      await queue.claim('webhook', leaseOf(), capacity(1_200));
      await pass(60_001);
      expect((await queue.sweep()).interrupted).toHaveLength(1_000);
      expect((await queue.sweep()).interrupted).toHaveLength(200);
    });
  });
}
