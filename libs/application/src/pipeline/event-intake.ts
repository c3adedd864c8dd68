/**
 * Takes checked events in batches: whatever has arrived while the batch before was being committed makes the next one.
 * An event that arrives at an idle intake waits for nothing. One batch is one transaction: settings are read in it, the
 * deliveries are planned by them, and everything is stored; only then do the callers get their answer, and only then
 * does the dispatcher start what it had room for.
 *
 * Killed before the commit: nothing was stored and nobody was told so. Killed after it: what this process had claimed
 * is swept when its lease runs out, the rest is queued for whoever lives.
 */
import {
  acceptEvent,
  planDeliveries,
  type Channel,
  type Event,
  type EventCatalogue,
  type EventInput,
  type PlatformSites,
} from '@belfry/domain';
import { newId } from '../identifiers.js';
import type { ActivityLog } from '../ports/activity-log.js';
import type { Clock } from '../ports/clock.js';
import type { ClaimedDelivery } from '../ports/delivery-queue.js';
import type {
  Appended,
  EventStore,
  IdempotencyKey,
  IntakeSnapshot,
  NewDelivery,
  NewEvent,
} from '../ports/event-store.js';
import { StorageUnavailable } from '../ports/storage-unavailable.js';
import type { Dispatcher } from './dispatcher.js';
import { seatOf } from './lane.js';

/** What came of one event. */
export type IntakeResult =
  | { readonly status: 'accepted'; readonly eventId: string; readonly deliveries: number }
  | { readonly status: 'unknown_account' }
  | { readonly status: 'idempotency_conflict' };

interface Waiting {
  readonly input: EventInput;
  readonly idempotency: IdempotencyKey | null;
  readonly resolve: (result: IntakeResult) => void;
  readonly reject: (error: unknown) => void;
}

/** The most events of one transaction: past this, a longer statement saves nothing and makes everybody wait. */
const maximumBatch = 1000;

/** The most events that wait: past this the database is not keeping up, and a publisher does better to come back. */
const maximumWaiting = 20_000;

/** What takes checked events: the intake, or what a composition puts around it. */
export type Intake = Pick<EventIntake, 'submit'>;

/** Stores events with their deliveries, in batches. */
export class EventIntake {
  private waiting: Waiting[] = [];
  private running = false;

  constructor(
    private readonly events: EventStore,
    private readonly dispatcher: Dispatcher,
    private readonly catalogue: EventCatalogue,
    private readonly sites: PlatformSites,
    private readonly clock: Clock,
    private readonly log: ActivityLog,
  ) {}

  /** How many events wait for the batch under way to be committed. */
  get waitingCount(): number {
    return this.waiting.length;
  }

  /**
   * Stores one event with its deliveries; answers when it is durable. Throws `StorageUnavailable` where the database
   * does not serve or does not keep up; then nothing was stored.
   */
  submit(input: EventInput, idempotency: IdempotencyKey | null): Promise<IntakeResult> {
    if (this.waiting.length >= maximumWaiting) {
      return Promise.reject(
        new StorageUnavailable(new Error(`${maximumWaiting} events are waiting to be stored`), {
          fault: 'refusing',
        }),
      );
    }
    return new Promise((resolve, reject) => {
      this.waiting.push({ input, idempotency, resolve, reject });
      if (this.running) return;
      this.running = true;
      // After the input that is being read right now: requests that arrived together share a batch.
      setImmediate(() => void this.run());
    });
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, maximumBatch);
      await this.store(batch);
    }
    this.running = false;
  }

  /** Stores a batch. Where one event is impossible to store, halves find out which, and the others are stored. */
  private async store(batch: readonly Waiting[]): Promise<void> {
    const begun = performance.now();
    const planner = new BatchPlan(batch, this.dispatcher, this.catalogue, this.sites, this.clock.now());
    let appended: Appended[];
    try {
      appended = await this.events.append(planner.accountIds, this.dispatcher.lease, planner.plan);
    } catch (error) {
      planner.giveUp();
      if (batch.length === 1 || error instanceof StorageUnavailable) {
        for (const { reject } of batch) reject(error);
        return;
      }
      const half = batch.length >> 1;
      await this.store(batch.slice(0, half));
      await this.store(batch.slice(half));
      return;
    }
    const { events, deliveries } = planner.settle(appended);
    if (events > 0) this.log.accepted(events, deliveries, performance.now() - begun);
  }
}

/** One batch on its way through a transaction. */
class BatchPlan {
  readonly accountIds: readonly number[];
  private planned: NewEvent[] = [];
  /** The callers of the planned events, in their order. */
  private callers: Waiting[] = [];

  constructor(
    private readonly batch: readonly Waiting[],
    private readonly dispatcher: Dispatcher,
    private readonly catalogue: EventCatalogue,
    private readonly sites: PlatformSites,
    private readonly now: Date,
  ) {
    this.accountIds = [...new Set(batch.map(({ input }) => input.account_id))];
  }

  /** Makes the events and their deliveries; the store calls it inside the transaction, again where that is begun again. */
  readonly plan = (snapshot: IntakeSnapshot): readonly NewEvent[] => {
    this.giveUp();
    for (const caller of this.batch) {
      const found = snapshot.accounts.get(caller.input.account_id);
      if (found === undefined) continue;
      const event = acceptEvent(caller.input, found.account, {
        eventId: newId(),
        now: this.now,
        sites: this.sites,
        catalogue: this.catalogue,
      });
      const deliveries = planDeliveries(event.eventType, found.settings, found.account).map(
        (planned): NewDelivery => {
          const recipientDomain =
            planned.channel === 'email'
              ? planned.destination.slice(planned.destination.lastIndexOf('@') + 1)
              : null;
          const overtakes =
            planned.channel === 'email'
              ? snapshot.mailsAreQueued
              : snapshot.accountsWithQueuedWebhooks.has(event.accountId);
          const { accountId } = event;
          const seat = seatOf({ accountId, recipientDomain, destination: planned.destination });
          const leased = !overtakes && this.dispatcher.reserve(planned.channel, seat);
          return { ...planned, deliveryId: newId(), recipientDomain, leased, test: false };
        },
      );
      this.planned.push({ event, deliveries, idempotency: caller.idempotency });
      this.callers.push(caller);
    }
    return this.planned;
  };

  /** Gives back the room taken: nothing was stored. */
  giveUp(): void {
    for (const { event, deliveries } of this.planned) this.cancel(event.accountId, deliveries);
    this.planned = [];
    this.callers = [];
  }

  /** Answers the callers and hands the claimed deliveries to the dispatcher: everything is durable. Counts what was stored. */
  settle(appended: readonly Appended[]): { events: number; deliveries: number } {
    const known = new Set(this.callers);
    for (const caller of this.batch) if (!known.has(caller)) caller.resolve({ status: 'unknown_account' });

    const start: ClaimedDelivery[] = [];
    let events = 0;
    let deliveries = 0;
    const queuedFor = new Set<Channel>();
    this.planned.forEach((planned, place) => {
      const result = appended[place]!;
      const { resolve } = this.callers[place]!;
      if (result.outcome !== 'stored') {
        this.cancel(planned.event.accountId, planned.deliveries);
        resolve(
          result.outcome === 'repeated'
            ? { status: 'accepted', eventId: result.eventId, deliveries: result.deliveries }
            : { status: 'idempotency_conflict' },
        );
        return;
      }
      events += 1;
      deliveries += planned.deliveries.length;
      for (const delivery of planned.deliveries) {
        if (delivery.leased) start.push(asClaimed(planned.event, delivery));
        else queuedFor.add(delivery.channel);
      }
      resolve({ status: 'accepted', eventId: planned.event.eventId, deliveries: planned.deliveries.length });
    });
    this.dispatcher.start(start);
    this.dispatcher.wake(queuedFor);
    return { events, deliveries };
  }

  private cancel(accountId: number, deliveries: readonly NewDelivery[]): void {
    for (const { leased, channel, destination, recipientDomain } of deliveries) {
      if (leased) this.dispatcher.cancel(channel, seatOf({ accountId, destination, recipientDomain }));
    }
  }
}

/** A delivery that was stored as claimed by this process, as the dispatcher takes it. */
export function asClaimed(event: Event, delivery: NewDelivery): ClaimedDelivery {
  return {
    accountId: event.accountId,
    deliveryId: delivery.deliveryId,
    eventId: event.eventId,
    eventType: event.eventType,
    channel: delivery.channel,
    destination: delivery.destination,
    recipientRole: delivery.recipientRole,
    recipientDomain: delivery.recipientDomain,
    payload: event.payload,
    attempt: 1,
    createdAt: event.acceptedAt,
  };
}
