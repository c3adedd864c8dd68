/**
 * The queue of deliveries in memory: what the port means, in plain code. The pipeline is specified on it in milliseconds;
 * `delivery-queue.conformance.fixture.ts` holds it, and the queue in a database, to the same promises.
 */
import {
  domainOf,
  unsent,
  type Channel,
  type Delivery,
  type DeliveryStatus,
  type FailureReason,
} from '@belfry/domain';
import { serverOf } from '../pipeline/lane.js';
import type { Clock } from './clock.js';
import type { Attempt } from './delivery-log.js';
import {
  DeliveryQueue,
  type Backlog,
  type Capacity,
  type ClaimedDelivery,
  type EndedDelivery,
  type Lease,
  type Look,
  type RecordedOutcome,
  type SweptDeliveries,
  type Turn,
} from './delivery-queue.js';

/** A delivery as it is kept. */
export interface KeptDelivery extends ClaimedDelivery {
  destination: string;
  attempt: number;
  status: DeliveryStatus;
  reason: FailureReason | null;
  /** True for a redelivery or a test: it is sent although its event type is off. */
  readonly wasAskedFor: boolean;
  worker: string | null;
  /** When its lease ends, and when it is due, by the clock's `elapsedMs`. */
  leaseEndsAt: number | null;
  dueAt: number;
  isPutOff: boolean;
}

/** Where an account's webhooks go. */
export interface Endpoint {
  readonly url: string | null;
  /** Whether the toggle of an event type is on; of all where not given. */
  readonly isOn?: (eventType: string) => boolean;
}

/** What all workers see. */
export class KeptDeliveries {
  readonly all = new Map<string, KeptDelivery>();
  readonly endpoints = new Map<number, Endpoint>();
  readonly attempts = new Map<string, Attempt>();

  /** Those that are queued and may be claimed, oldest first. */
  due(channel: Channel): KeptDelivery[] {
    return [...this.all.values()].filter(
      (each) => each.channel === channel && each.status === 'queued' && !each.isPutOff,
    );
  }
}

/** The most accounts or domains that one look goes through. */
const mostTurns = 256;

/** One worker's view of the queue. */
export class InMemoryQueue extends DeliveryQueue {
  /** The account that had the last of a recipient domain's places. */
  private readonly pivots = new Map<string, number>();

  constructor(
    private readonly clock: Clock,
    readonly kept = new KeptDeliveries(),
  ) {
    super();
  }

  claim(channel: Channel, lease: Lease, capacity: Capacity, after?: Turn): Promise<Look> {
    return Promise.resolve().then(() => {
      if (capacity.limit <= 0) {
        return {
          deliveries: [],
          turnedOff: [],
          cutShort: [],
          sharedOut: false,
          exhausted: false,
          next: after,
        };
      }
      return channel === 'webhook'
        ? this.claimWebhooks(lease, capacity, (after ?? 0) as number)
        : this.claimMails(lease, capacity, (after ?? '') as string);
    });
  }

  record(lease: Lease, outcomes: readonly RecordedOutcome[]): Promise<string[]> {
    const dropped: string[] = [];
    for (const { delivery, attempt, next } of outcomes) {
      const kept = this.kept.all.get(delivery.deliveryId);
      if (kept === undefined || this.kept.attempts.has(attempt.attemptId)) {
        continue;
      }
      const counts =
        kept.worker === lease.worker &&
        kept.attempt === delivery.attempt &&
        (kept.channel === 'email'
          ? kept.status === 'sending'
          : (kept.status === 'sending' || kept.status === 'interrupted') && next.status !== 'queued');
      if (!counts) {
        dropped.push(delivery.deliveryId);
        continue;
      }
      this.kept.attempts.set(attempt.attemptId, attempt);
      kept.status = next.status;
      kept.reason = next.status === 'failed' ? next.reason : null;
      kept.worker = kept.leaseEndsAt = null;
      if (next.status !== 'queued') continue;
      kept.isPutOff = true;
      kept.dueAt = this.clock.elapsedMs() + next.retryInMs;
    }
    return Promise.resolve(dropped);
  }

  release(lease: Lease, deliveries: readonly ClaimedDelivery[]): Promise<void> {
    for (const { deliveryId, attempt } of deliveries) {
      const kept = this.kept.all.get(deliveryId);
      if (kept?.status !== 'sending' || kept.worker !== lease.worker || kept.attempt !== attempt) continue;
      kept.status = 'queued';
      kept.attempt -= 1;
      kept.worker = kept.leaseEndsAt = null;
    }
    return Promise.resolve();
  }

  renew(lease: Lease, deliveries: readonly ClaimedDelivery[]): Promise<void> {
    for (const { deliveryId } of deliveries) {
      const kept = this.kept.all.get(deliveryId);
      if (kept?.status === 'sending' && kept.worker === lease.worker) {
        kept.leaseEndsAt = this.clock.elapsedMs() + lease.leaseMs;
      }
    }
    return Promise.resolve();
  }

  endPauses(): Promise<number> {
    let ended = 0;
    for (const kept of this.kept.all.values()) {
      if (ended === 1_000) break;
      if (kept.status !== 'queued' || !kept.isPutOff || kept.dueAt > this.clock.elapsedMs()) continue;
      kept.isPutOff = false;
      ended += 1;
    }
    return Promise.resolve(ended);
  }

  backlog(): Promise<Record<Channel, Backlog>> {
    const of = (channel: Channel) => {
      const queued = [...this.kept.all.values()].filter(
        (kept) => kept.channel === channel && kept.status === 'queued',
      );
      const due = queued.filter(({ isPutOff }) => !isPutOff);
      const oldest = Math.min(...due.map(({ dueAt }) => dueAt), this.clock.elapsedMs());
      return {
        queued: due.length,
        oldestSeconds: (this.clock.elapsedMs() - oldest) / 1_000,
        waitingForRetry: queued.length - due.length,
      };
    };
    return Promise.resolve({ webhook: of('webhook'), email: of('email') });
  }

  sweep(): Promise<SweptDeliveries> {
    const now = this.clock.elapsedMs();
    const expired = [...this.kept.all.values()]
      .filter(({ status, leaseEndsAt }) => status === 'sending' && leaseEndsAt! < now)
      .slice(0, 1_000);
    const ended: Record<Channel, EndedDelivery[]> = { webhook: [], email: [] };
    for (const kept of expired) {
      kept.leaseEndsAt = null;
      kept.dueAt = now;
      if (kept.channel === 'email') kept.worker = null;
      kept.status = kept.channel === 'webhook' ? 'interrupted' : 'queued';
      ended[kept.channel].push(endedOf(kept));
    }
    return Promise.resolve({ interrupted: ended.webhook, requeued: ended.email });
  }

  private claimWebhooks(lease: Lease, capacity: Capacity, after: number): Look {
    const { limit, places, otherPlaces, slow, destinations } = capacity;
    const queued = byTurn(this.kept.due('webhook'), ({ accountId }) => accountId, after);
    const seen = [...queued.keys()].slice(0, mostTurns);
    const placesOf = (accountId: number) => places.get(accountId) ?? otherPlaces;
    const able = seen.filter((accountId) => placesOf(accountId) > 0).slice(0, limit);
    const cutShort = seen.filter((accountId) => placesOf(accountId) <= 0);

    const originOf = (accountId: number) => {
      const url = this.kept.endpoints.get(accountId)?.url ?? null;
      return url === null ? null : serverOf.webhook(url);
    };
    const takenOf = new Map<string, number>();
    const share = Math.max(1, Math.floor(limit / Math.max(1, able.length)));
    const claimed: ClaimedDelivery[] = [];
    const turnedOff: EndedDelivery[] = [];
    let sharedOut = false;
    let lastServed = after;
    for (const accountId of able) {
      const origin = originOf(accountId);
      let most = limit;
      if (origin !== null) {
        const sharing = able.filter((other) => originOf(other) === origin);
        const kept = slow.has(accountId) ? destinations.keptFromSlow : 0;
        const free = Math.max(0, destinations.limit - (destinations.inFlight.get(origin) ?? 0) - kept);
        const part = Math.floor(free / sharing.length);
        const isLucky = sharing.indexOf(accountId) < free % sharing.length;
        most = Math.min(placesOf(accountId), part + (isLucky ? 1 : 0));
      }
      if (most === 0) {
        cutShort.push(accountId);
        continue;
      }
      const room = limit - claimed.length - turnedOff.length;
      const chosen = queued.get(accountId)!.slice(0, Math.min(most, share, room));
      if (chosen.length > 0) lastServed = accountId;
      if (chosen.length >= most) cutShort.push(accountId);
      else if (chosen.length >= share) sharedOut = true;
      for (const kept of chosen) {
        const url = this.urlOf(kept);
        takenOf.set(origin ?? '', (takenOf.get(origin ?? '') ?? 0) + 1);
        if (url === null) {
          kept.status = 'failed';
          kept.reason = unsent;
          turnedOff.push(endedOf(kept));
        } else {
          kept.destination = url;
          claimed.push(this.take(kept, lease));
        }
      }
    }
    const isFull = claimed.length + turnedOff.length >= limit;
    const last = able.length >= limit ? able.at(-1) : seen.length === mostTurns ? seen.at(-1) : undefined;
    return { deliveries: claimed, turnedOff, cutShort, sharedOut, ...endOf(isFull ? lastServed : last) };
  }

  private claimMails(lease: Lease, capacity: Capacity, after: string): Look {
    const { limit, places, otherPlaces, destinations } = capacity;
    const queued = byTurn(this.kept.due('email'), ({ destination }) => domainOf(destination), after);
    const seen = [...queued.keys()].slice(0, mostTurns);
    const placesOf = (domain: string) => destinations.limit - (destinations.inFlight.get(domain) ?? 0);
    const able = seen.filter((domain) => placesOf(domain) > 0);
    const served = able.slice(0, limit);
    const cutShort = seen.filter((domain) => placesOf(domain) <= 0);
    const share = Math.max(1, Math.floor(limit / Math.max(1, able.length)));
    const left = new Map<number, number>();
    const chosen: KeptDelivery[][] = served.map((domain) => {
      const most = Math.min(placesOf(domain), share);
      return this.inTurn(domain, queued.get(domain)!)
        .filter(({ accountId }) => {
          const free = left.get(accountId) ?? places.get(accountId) ?? otherPlaces;
          if (free > 0) left.set(accountId, free - 1);
          return free > 0;
        })
        .slice(0, most);
    });
    // The first of each domain, then the second of each, and so on.
    const inOrder = Array.from({ length: limit }, (_, round) => chosen.flatMap((mails) => mails[round] ?? []))
      .flat()
      .slice(0, limit);
    const sharedOut = served.some(
      (domain, index) => chosen[index]!.length === share && share < placesOf(domain),
    );
    served.forEach((domain, index) => {
      const mails = chosen[index]!;
      if (mails.length < placesOf(domain)) return void this.pivots.delete(domain);
      cutShort.push(domain);
      this.pivots.set(domain, mails.at(-1)!.accountId);
    });
    const claimed = inOrder.map((kept) => this.take(kept, lease));
    const lastServed = inOrder
      .map(({ destination }) => domainOf(destination))
      .sort()
      .at(-1);
    const last = served.length >= limit ? served.at(-1) : seen.length === mostTurns ? seen.at(-1) : undefined;
    const isFull = claimed.length >= limit;
    return { deliveries: claimed, turnedOff: [], cutShort, sharedOut, ...endOf(isFull ? lastServed : last) };
  }

  /** The mails to a domain: accounts in turn, from the one after that which had the last place. */
  private inTurn(domain: string, mails: readonly KeptDelivery[]): KeptDelivery[] {
    const pivot = this.pivots.get(domain) ?? 0;
    const rounds = new Map<number, number>();
    return [...mails]
      .sort((one, other) => one.dueAt - other.dueAt)
      .map((mail) => {
        const round = rounds.get(mail.accountId) ?? 0;
        rounds.set(mail.accountId, round + 1);
        return { mail, round, wasServed: mail.accountId <= pivot };
      })
      .sort(
        (one, other) =>
          one.round - other.round ||
          Number(one.wasServed) - Number(other.wasServed) ||
          one.mail.accountId - other.mail.accountId,
      )
      .map(({ mail }) => mail);
  }

  private urlOf({ accountId, eventType, wasAskedFor }: KeptDelivery): string | null {
    const { url, isOn = () => true } = this.kept.endpoints.get(accountId) ?? { url: null };
    return wasAskedFor || isOn(eventType) ? url : null;
  }

  private take(kept: KeptDelivery, lease: Lease): ClaimedDelivery {
    kept.status = 'sending';
    kept.attempt += 1;
    kept.worker = lease.worker;
    kept.leaseEndsAt = this.clock.elapsedMs() + lease.leaseMs;
    return claimedOf(kept);
  }
}

/** What a worker is told of a delivery. */
export function claimedOf(kept: ClaimedDelivery): ClaimedDelivery {
  const { accountId, deliveryId, eventId, eventType, channel, destination } = kept;
  const { recipientRole, payload, attempt, createdAt } = kept;
  const first = { accountId, deliveryId, eventId, eventType, channel, destination };
  return { ...first, recipientRole, payload, attempt, createdAt };
}

function endedOf({ accountId, deliveryId, eventId, channel }: Delivery | KeptDelivery): EndedDelivery {
  return { accountId, deliveryId, eventId, channel };
}

/** What is queued, by whose turn it is, in the order of the turns after `after`. */
function byTurn<T extends Turn>(
  queued: readonly KeptDelivery[],
  turnOf: (kept: KeptDelivery) => T,
  after: T,
): Map<T, KeptDelivery[]> {
  const turns = new Map<T, KeptDelivery[]>();
  for (const kept of queued) {
    const turn = turnOf(kept);
    if (turn <= after) continue;
    const those = turns.get(turn);
    if (those === undefined) turns.set(turn, [kept]);
    else those.push(kept);
  }
  return new Map([...turns].sort(([one], [other]) => (one < other ? -1 : 1)));
}

function endOf(last: Turn | undefined): { exhausted: true } | { exhausted: false; next: Turn } {
  return last === undefined ? { exhausted: true } : { exhausted: false, next: last };
}
