import { platformCatalogue, type Channel, type EventInput } from '@belfry/domain';
import type { ActivityLog } from '../ports/activity-log.js';
import { settled, TestClock } from '../ports/clock.fixture.js';
import type { ClaimedDelivery, RecordedOutcome } from '../ports/delivery-queue.js';
import type { EventStore } from '../ports/event-store.js';
import { InMemoryEvents } from '../ports/in-memory-events.fixture.js';
import { InMemoryQueue, KeptDeliveries, type KeptDelivery } from '../ports/in-memory-queue.fixture.js';
import { newId } from '../identifiers.js';
import { Dispatcher, type DispatcherOptions } from './dispatcher.js';
import { EventIntake } from './event-intake.js';
import type { LaneLimits } from './lane.js';

type Method = 'claim' | 'record' | 'release' | 'renew' | 'sweep' | 'endPauses';

/** A queue whose calls are counted, can be kept waiting and can fail. */
class WatchedQueue extends InMemoryQueue {
  readonly calls: Record<Method, number> = {
    claim: 0,
    record: 0,
    release: 0,
    renew: 0,
    sweep: 0,
    endPauses: 0,
  };
  /** What the last renewal was for. */
  renewed: readonly ClaimedDelivery[] = [];
  readonly faults = new Map<Method, Error>();
  readonly gates = new Map<Method, Promise<void>>();

  private async enter(method: Method): Promise<void> {
    this.calls[method] += 1;
    await this.gates.get(method);
    const fault = this.faults.get(method);
    if (fault !== undefined) throw fault;
  }

  override async claim(...args: Parameters<InMemoryQueue['claim']>) {
    await this.enter('claim');
    return super.claim(...args);
  }

  override async record(...args: Parameters<InMemoryQueue['record']>) {
    await this.enter('record');
    return super.record(...args);
  }

  override async renew(...args: Parameters<InMemoryQueue['renew']>) {
    this.renewed = args[1];
    await this.enter('renew');
    return super.renew(...args);
  }

  override async release(...args: Parameters<InMemoryQueue['release']>) {
    await this.enter('release');
    return super.release(...args);
  }

  override async sweep() {
    await this.enter('sweep');
    return super.sweep();
  }

  override async endPauses() {
    await this.enter('endPauses');
    return super.endPauses();
  }
}

const usualLimits: LaneLimits = { inFlight: 64, perAccount: 16, perDestination: 64 };

/** A pipeline in memory, on a clock that stands until it is turned. Every send succeeds at once, unless `deliver` is set. */
export function openPipeline(options: Partial<DispatcherOptions> = {}) {
  const clock = new TestClock();
  const kept = new KeptDeliveries();
  const queue = new WatchedQueue(clock, kept);
  const events = new InMemoryEvents(clock, kept);
  /** What was begun to be sent, in order. */
  const begun: ClaimedDelivery[] = [];
  const announced: Channel[] = [];
  const failures: string[] = [];
  const nothing = () => undefined;
  const log: ActivityLog = {
    accepted: nothing,
    claimed: nothing,
    recorded: nothing,
    recordedBatch: nothing,
    dropped: nothing,
    swept: nothing,
    turnedOff: nothing,
    retired: nothing,
    failed: (doing) => failures.push(doing),
  };
  const given = {
    deliver: (delivery: ClaimedDelivery): Promise<RecordedOutcome> => Promise.resolve(succeeded(delivery)),
  };
  const dispatcher = new Dispatcher(
    queue,
    {
      deliver: (delivery) => {
        begun.push(delivery);
        return given.deliver(delivery);
      },
    },
    { announce: (channel) => announced.push(channel), listen: nothing },
    clock,
    log,
    { webhooks: usualLimits, mails: usualLimits, leaseMs: 30_000, sendsDeliveries: true, ...options },
  );
  const sites = { admin: 'https://admin.example.com', api: 'https://api.example.com' };
  const store = events as unknown as EventStore;
  const intake = new EventIntake(store, dispatcher, platformCatalogue, sites, clock, log);
  return {
    clock,
    kept,
    queue,
    events,
    begun,
    announced,
    failures,
    given,
    dispatcher,
    intake,
    /** Adds accounts whose endpoint gets every webhook. */
    addAccounts(...accountIds: number[]) {
      for (const accountId of accountIds) {
        const webhookUrl = `https://${accountId}.example.com/in`;
        const toggles = platformCatalogue.keys.map((key) => [
          key,
          { send_webhook: true, email_subscribers: [] },
        ]);
        kept.endpoints.set(accountId, { url: webhookUrl });
        events.accounts.set(accountId, {
          account: {
            accountId,
            accountName: 'Acme',
            primaryContact: { name: null, email: `ada@${accountId}.example` },
          },
          settings: { accountId, webhookUrl, events: Object.fromEntries(toggles) as never },
        });
      }
    },
    /** Queues deliveries, as another process does, without a word. */
    enqueue(channel: Channel, accountId: number, count = 1, changes: Partial<KeptDelivery> = {}): string[] {
      return Array.from({ length: count }, () => {
        const deliveryId = newId();
        kept.all.set(deliveryId, {
          accountId,
          deliveryId,
          eventId: newId(),
          eventType: 'run_failed',
          channel,
          destination:
            channel === 'webhook' ? `https://${accountId}.example.com/in` : `ops@${accountId}.example`,
          recipientRole: channel === 'email' ? 'subscriber' : null,
          payload: '{}',
          createdAt: clock.now(),
          attempt: 0,
          status: 'queued',
          reason: null,
          wasAskedFor: false,
          worker: null,
          leaseEndsAt: null,
          dueAt: clock.elapsedMs(),
          isPutOff: false,
          ...changes,
        });
        return deliveryId;
      });
    },
    statusOf: (deliveryId: string) => kept.all.get(deliveryId)!.status,
    /** How many deliveries are in each state. */
    statuses() {
      const counts: Record<string, number> = {};
      for (const { status } of kept.all.values()) counts[status] = (counts[status] ?? 0) + 1;
      return counts;
    },
    settled,
  };
}

/** A gate that is shut until it is opened. */
export function gate(): { readonly passed: Promise<void>; open(): void } {
  let open: () => void = () => undefined;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { passed, open: () => open() };
}

export function succeeded(delivery: ClaimedDelivery): RecordedOutcome {
  return {
    delivery,
    next: { status: 'succeeded' },
    attempt: {
      attemptId: newId(),
      startedAt: new Date(0),
      durationMs: 1,
      outcome: 'succeeded',
      reason: null,
      request: { headers: {}, body: '' },
      response: { status: 204, headers: {}, body: '' },
    },
  };
}

/** An event of this account that may be published. */
export function eventOf(accountId: number): EventInput {
  const { key, example } = platformCatalogue.entries[0]!;
  return { event_type: key, environment: 'production', account_id: accountId, data: example };
}
