import {
  DeliveryQueue,
  type Backlog,
  type Capacity,
  type Lease,
  type ClaimedDelivery,
  type Look,
  type RecordedOutcome,
  type SweptDeliveries,
  type Turn,
} from '@belfry/application';
import { domainOf, type Channel } from '@belfry/domain';
import type { Database } from '../database/database.js';
import type { Reads } from '../database/read-database.js';
import type { Run } from '../database/statement.js';
import { readBacklog } from './backlog-statement.js';
import { claimMails } from './claim-mails.js';
import { claimedDelivery, type ClaimRow } from './claim-rows.js';
import { claimWebhooks } from './claim-webhooks.js';
import {
  endPauses,
  findRecorded,
  recordOutcomes,
  releaseClaims,
  renewLeases,
  sweepLeases,
} from './outcome-statements.js';

/** Of how many domains it is remembered whose turn it was. */
const mostTurns = 10_000;

/** The queue of deliveries in PostgreSQL: every operation is one statement. */
export class PostgresDeliveryQueue extends DeliveryQueue {
  private readonly run: Run;
  private readonly claims: Readonly<
    Record<Channel, (lease: Lease, capacity: Capacity, after?: Turn) => Promise<Look>>
  > = {
    webhook: async (lease, capacity, after = 0) =>
      lookOf(await claimWebhooks(this.run, lease, capacity, after as number), capacity.limit),
    email: async (lease, capacity, after = '') => {
      const rows = await claimMails(this.run, lease, capacity, after as string, this.turns);
      const look = lookOf(rows, capacity.limit);
      this.takeTurns(look);
      return look;
    },
  };
  /** The account that had the last of a recipient domain's places, for domains that have more queued than places. */
  private readonly turns = new Map<string, number>();

  constructor(
    database: Database,
    private readonly reads: Reads = database,
  ) {
    super();
    this.run = (...statement) => database.statement(...statement);
  }

  async claim(channel: Channel, lease: Lease, capacity: Capacity, after?: Turn): Promise<Look> {
    if (capacity.limit <= 0) return nothingSeen(after);
    return this.claims[channel](lease, capacity, after);
  }

  async record(lease: Lease, outcomes: readonly RecordedOutcome[]): Promise<string[]> {
    if (outcomes.length === 0) return [];
    const recorded = new Set((await recordOutcomes(this.run, lease, outcomes)).map((row) => row.delivery_id));
    const others = outcomes.filter(({ delivery }) => !recorded.has(delivery.deliveryId));
    if (others.length === 0) return [];
    for (const row of await findRecorded(this.run, others)) recorded.add(row.delivery_id);
    return others.map(({ delivery }) => delivery.deliveryId).filter((id) => !recorded.has(id));
  }

  async release(lease: Lease, deliveries: readonly ClaimedDelivery[]): Promise<void> {
    if (deliveries.length > 0) await releaseClaims(this.run, lease, deliveries);
  }

  async renew(lease: Lease, deliveries: readonly ClaimedDelivery[]): Promise<void> {
    if (deliveries.length > 0) await renewLeases(this.run, lease, deliveries);
  }

  endPauses(): Promise<number> {
    return endPauses(this.run);
  }

  backlog(): Promise<Record<Channel, Backlog>> {
    return readBacklog(this.reads);
  }

  sweep(): Promise<SweptDeliveries> {
    return sweepLeases(this.run);
  }

  /** Remembers whose turn it was, of the domains that are not done with. */
  private takeTurns({ deliveries, cutShort }: Look): void {
    if (this.turns.size > mostTurns) this.turns.clear();
    const more = new Set(cutShort);
    for (const [domain, accounts] of accountsByDomain(deliveries)) {
      const pivot = this.turns.get(domain) ?? 0;
      // A turn that came to the last account went on with the first: those up to the pivot came after the others.
      const secondHalf = accounts.filter((accountId) => accountId <= pivot);
      if (more.has(domain))
        this.turns.set(domain, Math.max(...(secondHalf.length > 0 ? secondHalf : accounts)));
      else this.turns.delete(domain);
    }
  }
}

function accountsByDomain(mails: readonly ClaimedDelivery[]): Map<string, number[]> {
  const accounts = new Map<string, number[]>();
  for (const { destination, accountId } of mails) {
    const domain = domainOf(destination);
    const those = accounts.get(domain);
    if (those === undefined) accounts.set(domain, [accountId]);
    else those.push(accountId);
  }
  return accounts;
}

/** Reads the rows of a claim, whose first says how far it looked. */
function lookOf([first, ...rows]: readonly ClaimRow<Turn>[], limit: number): Look {
  const deliveries = rows.filter(({ ended }) => !ended).map(claimedDelivery);
  const { last_key, last_served, cut_short, shared_out } = first!;
  // One that was cut short by its limit did not get to those after the last it served: they come first next time, or
  // those at the front would take every place.
  const next = rows.length >= limit ? last_served : last_key;
  return {
    deliveries,
    turnedOff: rows
      .filter(({ ended }) => ended)
      .map(({ account_id: accountId, delivery_id: deliveryId, event_id: eventId }) => ({
        accountId,
        deliveryId,
        eventId,
        channel: 'webhook',
      })),
    cutShort: cut_short,
    sharedOut: shared_out,
    ...(next === null ? { exhausted: true } : { exhausted: false, next }),
  };
}

/** A look for which there was no room: the next begins where this one was to. */
function nothingSeen(after: Turn | undefined): Look {
  return { deliveries: [], turnedOff: [], cutShort: [], sharedOut: false, exhausted: false, next: after };
}
