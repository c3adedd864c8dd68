import type { Channel } from '@belfry/domain';
import { newId } from '../identifiers.js';
import { TestClock } from './clock.fixture.js';
import {
  specifyDeliveryQueue,
  usualEndpoint,
  type QueueUnderTest,
} from './delivery-queue.conformance.fixture.js';
import { InMemoryQueue, type KeptDelivery } from './in-memory-queue.fixture.js';

async function open(): Promise<QueueUnderTest> {
  const clock = new TestClock();
  const queue = new InMemoryQueue(clock);
  const { kept } = queue;
  const store = (accountId: number, channel: Channel, destination: string): string => {
    const deliveryId = newId();
    const delivery: KeptDelivery = {
      accountId,
      deliveryId,
      eventId: newId(),
      eventType: 'run_failed',
      channel,
      destination,
      recipientRole: channel === 'email' ? 'subscriber' : null,
      payload: `{"account_id":${accountId}}`,
      createdAt: clock.now(),
      attempt: 0,
      status: 'queued',
      reason: null,
      wasAskedFor: false,
      worker: null,
      leaseEndsAt: null,
      dueAt: clock.elapsedMs(),
      isPutOff: false,
    };
    kept.all.set(deliveryId, delivery);
    return deliveryId;
  };
  const done = Promise.resolve();
  return {
    queue,
    another: () => Promise.resolve(new InMemoryQueue(clock, kept)),
    queueWebhooks: (accountId, count) =>
      Promise.resolve(Array.from({ length: count }, () => store(accountId, 'webhook', usualEndpoint))),
    queueMails: (domains, accountId = 1) =>
      Promise.resolve(domains.map((domain) => store(accountId, 'email', `ops@${domain}`))),
    setEndpoint: (accountId, url) => {
      kept.endpoints.set(accountId, { url });
      return done;
    },
    makeDue: (deliveryId, inSeconds) => {
      kept.all.get(deliveryId)!.dueAt = clock.elapsedMs() + inSeconds * 1_000;
      return done;
    },
    pass: (ms) => clock.advance(ms),
    interrupt: () => {
      for (const delivery of kept.all.values()) {
        const isUnderWay = delivery.status === 'queued' || delivery.status === 'sending';
        if (delivery.channel === 'webhook' && isUnderWay) delivery.status = 'interrupted';
      }
      return done;
    },
    stateOf: (deliveryId) => {
      const { status, reason, worker, attempt } = kept.all.get(deliveryId)!;
      return Promise.resolve({ status, reason, worker, attempt });
    },
    attempts: () => Promise.resolve(kept.attempts.size),
    clear: () => {
      kept.all.clear();
      kept.attempts.clear();
      kept.endpoints.clear();
      for (let accountId = 1; accountId <= 40; accountId += 1) {
        kept.endpoints.set(accountId, { url: usualEndpoint });
      }
      return done;
    },
    close: () => done,
  };
}

specifyDeliveryQueue('in memory', open);
