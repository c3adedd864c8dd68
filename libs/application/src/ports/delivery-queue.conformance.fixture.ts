/**
 * What every `DeliveryQueue` promises, whatever is behind it: run on the queue in memory, on PostgreSQL and on the embedded
 * database. A queue that passes can carry the pipeline.
 */
import { specifyClaims } from './claims.conformance.fixture.js';
import { specifyEnds } from './ends.conformance.fixture.js';
import { specifyTransitions } from './transitions.conformance.fixture.js';
import type { Capacity, ClaimedDelivery, DeliveryQueue, Lease, RecordedOutcome } from './delivery-queue.js';
import { newId } from '../identifiers.js';
import type { DeliveryStatus, FailureReason } from '@belfry/domain';

/** A queue to be tested, and what a test does past it. It has accounts 1 to 40, whose endpoint is `usualEndpoint`. */
export interface QueueUnderTest {
  readonly queue: DeliveryQueue;
  /** The same queue, as another process sees it. */
  another(): Promise<DeliveryQueue>;
  /** Queues so many webhooks of an account, each of an event of its own; answers their ids in order. */
  queueWebhooks(accountId: number, count: number): Promise<string[]>;
  /** Queues a mail to each of these domains, of account 1 unless given; answers their ids in order. */
  queueMails(domains: readonly string[], accountId?: number): Promise<string[]>;
  /** Sets an account's endpoint; null: it has none any more, and its toggles are off. Adds the account where it is missing. */
  setEndpoint(accountId: number, url: string | null): Promise<void>;
  /** Makes queued mails due so many seconds from now. */
  makeDue(deliveryId: string, inSeconds: number): Promise<void>;
  /** Lets so much time pass. */
  pass(ms: number): Promise<void>;
  /** Interrupts webhooks as an operator does after a backup was restored. */
  interrupt(): Promise<void>;
  stateOf(deliveryId: string): Promise<DeliveryState>;
  /** How many attempts are kept. */
  attempts(): Promise<number>;
  /** Takes all deliveries away, and gives every account its endpoint back. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

/** How a delivery is kept. */
export interface DeliveryState {
  readonly status: DeliveryStatus;
  readonly reason: FailureReason | null;
  readonly worker: string | null;
  readonly attempt: number;
}

export const usualEndpoint = 'https://hooks.example.com/in?token=s3cret';

/** Specifies the queue that `open` opens. */
export function specifyDeliveryQueue(name: string, open: () => Promise<QueueUnderTest>): void {
  describe(`a delivery queue ${name}`, () => {
    let opened: QueueUnderTest;
    beforeAll(async () => {
      opened = await open();
    });
    beforeEach(() => opened.clear());
    afterAll(() => opened.close());
    const given = () => opened;
    specifyClaims(given);
    specifyEnds(given);
    specifyTransitions(given);
  });
}

/** A lease of a worker of its own. */
export function leaseOf(worker = newId(), leaseMs = 60_000): Lease {
  return { worker, leaseMs };
}

/** Room for `limit` deliveries, `otherPlaces` of each account (of these, `places`), `perDestination` to each. */
export function capacity(
  limit: number,
  changes: {
    readonly otherPlaces?: number;
    readonly places?: readonly (readonly [accountId: number, places: number])[];
    readonly slow?: readonly number[];
    readonly perDestination?: number;
    readonly inFlightTo?: readonly (readonly [destination: string, inFlight: number])[];
    readonly keptFromSlow?: number;
  } = {},
): Capacity {
  return {
    limit,
    otherPlaces: changes.otherPlaces ?? limit,
    places: new Map(changes.places),
    slow: new Set(changes.slow),
    destinations: {
      limit: changes.perDestination ?? 10_000,
      inFlight: new Map(changes.inFlightTo),
      keptFromSlow: changes.keptFromSlow ?? 0,
    },
  };
}

export function ids(deliveries: readonly ClaimedDelivery[]): string[] {
  return deliveries.map((delivery) => delivery.deliveryId);
}

/** An outcome of a claimed delivery: an attempt that ended at 12:00:00.040, and what follows. */
export function outcome(delivery: ClaimedDelivery, next: RecordedOutcome['next']): RecordedOutcome {
  const failed = next.status !== 'succeeded';
  return {
    delivery,
    next,
    attempt: {
      attemptId: newId(),
      startedAt: new Date('2026-11-24T12:00:00.000Z'),
      durationMs: 40,
      outcome: failed ? 'failed' : 'succeeded',
      reason: failed ? 'timeout' : null,
      request: { headers: { 'content-type': 'application/json' }, body: delivery.payload },
      response: failed ? null : { status: 200, headers: { server: 'test' }, body: 'o\0k' },
    },
  };
}
