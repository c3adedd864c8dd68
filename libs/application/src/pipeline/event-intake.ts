/**
 * Takes checked events in batches: whatever has arrived while the batch before was being committed makes the next one.
 * An event that arrives at an idle intake waits for nothing. One batch is one transaction: settings are read in it, the
 * deliveries are planned by them (`planBatch`), places are taken for those that can start at once (`takePlaces`), and
 * everything is stored; only then do the callers get their answer, and only then do deliveries start.
 *
 * Killed before the commit: nothing was stored and nobody was told so. Killed after it: what this process had leased
 * is swept when its lease runs out, the rest is queued for whoever lives.
 */
import type { Channel, Event, EventCatalogue, EventInput, PlatformSites } from '@belfry/domain';
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
import { planBatch, type PlannedEvent } from './batch-plan.js';
import type { Dispatcher } from './dispatcher.js';
import { seatOf } from './lane.js';
import type { Place } from './queue-context.js';

/** The result of taking one event in. */
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

/** An event to be stored, whose caller waits, and the places that were taken for it. */
interface BatchedEvent extends NewEvent {
  readonly caller: Waiting;
  readonly places: readonly Place[];
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
    const begun = this.clock.elapsedMs();
    const accountIds = [...new Set(batch.map(({ input }) => input.account_id))];
    const { catalogue, sites } = this;
    const context = { now: this.clock.now(), sites, catalogue, newId };
    let batched: readonly BatchedEvent[] = [];
    let appended: Appended[];
    try {
      appended = await this.events.append(accountIds, this.dispatcher.lease, (snapshot) => {
        // The transaction may be begun again: what was taken for the try before is given back.
        giveBack(batched);
        batched = takePlaces(planBatch(batch, snapshot, context), snapshot, this.dispatcher);
        return batched;
      });
    } catch (error) {
      giveBack(batched);
      if (batch.length === 1 || error instanceof StorageUnavailable) {
        for (const { reject } of batch) reject(error);
        return;
      }
      const half = batch.length >> 1;
      await this.store(batch.slice(0, half));
      await this.store(batch.slice(half));
      return;
    }
    const planned = new Set(batched.map(({ caller }) => caller));
    for (const caller of batch) if (!planned.has(caller)) caller.resolve({ status: 'unknown_account' });
    const { events, deliveries } = this.answerAndStart(batched, appended);
    if (events > 0) this.log.accepted(events, deliveries, this.clock.elapsedMs() - begun);
  }

  /** Everything is durable: answers the callers, and starts what has a place. Counts what was stored. */
  private answerAndStart(
    batched: readonly BatchedEvent[],
    appended: readonly Appended[],
  ): { events: number; deliveries: number } {
    const toStart: ClaimedDelivery[] = [];
    const queuedFor = new Set<Channel>();
    let events = 0;
    let count = 0;
    batched.forEach((one, index) => {
      const { caller, event, deliveries } = one;
      const result = appended[index]!;
      if (result.outcome !== 'stored') {
        giveBack([one]);
        caller.resolve(
          result.outcome === 'repeated'
            ? { status: 'accepted', eventId: result.eventId, deliveries: result.deliveries }
            : { status: 'idempotency_conflict' },
        );
        return;
      }
      events += 1;
      count += deliveries.length;
      for (const delivery of deliveries) {
        if (delivery.leased) toStart.push(asClaimed(event, delivery));
        else queuedFor.add(delivery.channel);
      }
      caller.resolve({ status: 'accepted', eventId: event.eventId, deliveries: deliveries.length });
    });
    this.dispatcher.start(toStart);
    this.dispatcher.wake(queuedFor);
    return { events, deliveries: count };
  }
}

/**
 * Takes places for the deliveries that can start as soon as they are stored: these are leased by this process. A delivery
 * for which there is none is queued, and so is one that would overtake others in the queue.
 */
function takePlaces(
  planned: readonly PlannedEvent<Waiting>[],
  { accountsWithQueuedWebhooks, mailsAreQueued }: IntakeSnapshot,
  dispatcher: Dispatcher,
): BatchedEvent[] {
  const overtakes: Readonly<Record<Channel, (accountId: number) => boolean>> = {
    webhook: (accountId) => accountsWithQueuedWebhooks.has(accountId),
    email: () => mailsAreQueued,
  };
  return planned.map(({ caller, event, deliveries }) => {
    const { accountId } = event;
    const places: Place[] = [];
    const taken = deliveries.map(({ channel, destination, recipientRole }): NewDelivery => {
      const place = overtakes[channel](accountId)
        ? null
        : dispatcher.reserve(channel, seatOf({ accountId, channel, destination }));
      if (place !== null) places.push(place);
      const leased = place !== null;
      return { deliveryId: newId(), channel, destination, recipientRole, leased, test: false };
    });
    return { caller, event, deliveries: taken, idempotency: caller.idempotency, places };
  });
}

/** Gives back the places of events that were not stored. */
function giveBack(batched: readonly BatchedEvent[]): void {
  for (const { places } of batched) for (const place of places) place.giveBack();
}

/** A delivery that was stored under this process's lease, as the dispatcher takes it. */
export function asClaimed(event: Event, delivery: NewDelivery): ClaimedDelivery {
  return {
    accountId: event.accountId,
    deliveryId: delivery.deliveryId,
    eventId: event.eventId,
    eventType: event.eventType,
    channel: delivery.channel,
    destination: delivery.destination,
    recipientRole: delivery.recipientRole,
    payload: event.payload,
    attempt: 1,
    createdAt: event.acceptedAt,
  };
}
