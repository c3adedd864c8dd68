import type { Account, NotificationSettings } from '@belfry/domain';
import type { Clock } from './clock.js';
import type { Lease } from './delivery-queue.js';
import type { Appended, EventStore, IntakeSnapshot, NewEvent } from './event-store.js';
import type { KeptDeliveries } from './in-memory-queue.fixture.js';

/** Events in memory, whose deliveries the in-memory queue hands out. */
export class InMemoryEvents implements Pick<EventStore, 'append'> {
  readonly accounts = new Map<number, { account: Account; settings: NotificationSettings }>();
  /** In the order in which they were stored. */
  readonly events: NewEvent[] = [];
  /** How often a batch was tried. */
  tries = 0;
  /** Says what is refused: an error, or null. */
  refusal: (events: readonly NewEvent[]) => Error | null = () => null;
  /** What each transaction waits for. */
  gate: Promise<void> = Promise.resolve();
  private readonly keys = new Map<string, NewEvent>();

  constructor(
    private readonly clock: Clock,
    private readonly kept: KeptDeliveries,
  ) {}

  async append(
    accountIds: readonly number[],
    lease: Lease,
    plan: (snapshot: IntakeSnapshot) => readonly NewEvent[],
  ): Promise<Appended[]> {
    this.tries += 1;
    await this.gate;
    const planned = plan({
      accounts: new Map([...this.accounts].filter(([accountId]) => accountIds.includes(accountId))),
      accountsWithQueuedWebhooks: new Set(this.kept.due('webhook').map(({ accountId }) => accountId)),
      mailsAreQueued: this.kept.due('email').length > 0,
    });
    const error = this.refusal(planned);
    if (error !== null) throw error;
    return planned.map((event) => this.store(event, lease));
  }

  private store(planned: NewEvent, lease: Lease): Appended {
    const { event, deliveries, idempotency } = planned;
    if (idempotency !== null) {
      const key = `${idempotency.scope} ${idempotency.key}`;
      const first = this.keys.get(key);
      if (first !== undefined) {
        if (String(first.idempotency!.inputHash) !== String(idempotency.inputHash)) {
          return { outcome: 'idempotency_conflict' };
        }
        return { outcome: 'repeated', eventId: first.event.eventId, deliveries: first.deliveries.length };
      }
      this.keys.set(key, planned);
    }
    this.events.push(planned);
    const { accountId, eventId, eventType, payload, acceptedAt: createdAt } = event;
    for (const { leased, test, ...delivery } of deliveries) {
      this.kept.all.set(delivery.deliveryId, {
        ...delivery,
        accountId,
        eventId,
        eventType,
        payload,
        createdAt,
        attempt: leased ? 1 : 0,
        status: leased ? 'sending' : 'queued',
        reason: null,
        wasAskedFor: test,
        worker: leased ? lease.worker : null,
        leaseEndsAt: leased ? this.clock.elapsedMs() + lease.leaseMs : null,
        dueAt: this.clock.elapsedMs(),
        isPutOff: false,
      });
    }
    return { outcome: 'stored' };
  }
}
