import {
  DeliveryQueue,
  type Backlog,
  type Capacity,
  type Claim,
  type ClaimedDelivery,
  type RecordedOutcome,
  type SweptDeliveries,
} from '@belfry/application';
import type { Channel } from '@belfry/domain';
import type { Database } from '../database/database.js';
import type { Reads } from '../database/read-database.js';
import type { Run } from '../database/statement.js';
import { readBacklog } from './backlog-statement.js';
import { accountsPerClaim, claimMails, claimWebhooks, type ClaimedRow } from './claim-statements.js';
import {
  findRecorded,
  recordOutcomes,
  releaseClaims,
  renewLeases,
  sweepLeases,
} from './outcome-statements.js';

/** The queue of deliveries in PostgreSQL: every operation is one statement. */
export class PostgresDeliveryQueue extends DeliveryQueue {
  private readonly run: Run;

  constructor(
    database: Database,
    private readonly reads: Reads = database,
  ) {
    super();
    this.run = (...statement) => database.statement(...statement);
  }

  async claimWebhooks(
    claim: Claim,
    capacity: Capacity,
    after: number,
  ): Promise<{ readonly deliveries: ClaimedDelivery[]; readonly next: number }> {
    if (capacity.limit <= 0) return { deliveries: [], next: after };
    const rows = await claimWebhooks(this.run, claim, capacity, after);
    const deliveries = rows.filter((row) => row.delivery_id !== null).map(claimedDelivery);
    return {
      deliveries,
      next: nextAccount(deliveries, capacity.limit, rows[0]!.accounts_seen, rows[0]!.last_account),
    };
  }

  async claimMails(claim: Claim, capacity: Capacity): Promise<ClaimedDelivery[]> {
    if (capacity.limit <= 0) return [];
    return (await claimMails(this.run, claim, capacity)).map(claimedDelivery);
  }

  async record(claim: Claim, outcomes: readonly RecordedOutcome[]): Promise<string[]> {
    if (outcomes.length === 0) return [];
    const recorded = new Set((await recordOutcomes(this.run, claim, outcomes)).map((row) => row.delivery_id));
    const others = outcomes.filter(({ delivery }) => !recorded.has(delivery.deliveryId));
    if (others.length === 0) return [];
    for (const row of await findRecorded(this.run, others)) recorded.add(row.delivery_id);
    return others.map(({ delivery }) => delivery.deliveryId).filter((id) => !recorded.has(id));
  }

  async release(claim: Claim, deliveries: readonly ClaimedDelivery[]): Promise<void> {
    if (deliveries.length > 0) await releaseClaims(this.run, claim, deliveries);
  }

  async renew(claim: Claim, deliveries: readonly ClaimedDelivery[]): Promise<void> {
    if (deliveries.length > 0) await renewLeases(this.run, claim, deliveries);
  }

  backlog(): Promise<Record<Channel, Backlog>> {
    return readBacklog(this.reads);
  }

  sweep(): Promise<SweptDeliveries> {
    return sweepLeases(this.run);
  }
}

/**
 * Where the next claim begins. One that was cut short by its limit did not get to the accounts after its last delivery:
 * they come first next time, or the accounts at the front would take every place.
 */
function nextAccount(
  deliveries: readonly ClaimedDelivery[],
  limit: number,
  accountsSeen: number,
  lastAccount: number | null,
): number {
  if (deliveries.length >= limit) return deliveries.at(-1)!.accountId;
  return accountsSeen < accountsPerClaim ? 0 : (lastAccount ?? 0);
}

function claimedDelivery(row: ClaimedRow): ClaimedDelivery {
  return {
    accountId: row.account_id,
    deliveryId: row.delivery_id,
    eventId: row.event_id,
    eventType: row.event_type,
    channel: row.channel,
    destination: row.destination,
    recipientRole: row.recipient_role,
    recipientDomain: row.recipient_domain,
    payload: row.payload,
    attempt: row.attempts,
    createdAt: row.created_at,
  };
}
