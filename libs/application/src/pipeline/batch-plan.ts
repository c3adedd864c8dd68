import {
  acceptEvent,
  planDeliveries,
  type Event,
  type EventCatalogue,
  type EventInput,
  type PlannedDelivery,
  type PlatformSites,
} from '@belfry/domain';
import type { IntakeSnapshot } from '../ports/event-store.js';

/** An event as it was accepted, and the deliveries that it calls for. */
export interface PlannedEvent<Caller> {
  readonly caller: Caller;
  readonly event: Event;
  readonly deliveries: readonly PlannedDelivery[];
}

/** By what a batch is planned, beside the accounts' settings. */
export interface PlanContext {
  readonly now: Date;
  readonly sites: PlatformSites;
  readonly catalogue: EventCatalogue;
  readonly newId: () => string;
}

/**
 * Says what a batch becomes, by what is set for its accounts: the events with their payloads, and who gets each. Those of
 * unknown accounts are left out. It changes nothing, so that it can be done again where the transaction is begun again.
 */
export function planBatch<Caller extends { readonly input: EventInput }>(
  batch: readonly Caller[],
  { accounts }: Pick<IntakeSnapshot, 'accounts'>,
  { now, sites, catalogue, newId }: PlanContext,
): PlannedEvent<Caller>[] {
  const planned: PlannedEvent<Caller>[] = [];
  for (const caller of batch) {
    const found = accounts.get(caller.input.account_id);
    if (found === undefined) continue;
    const { account, settings } = found;
    const event = acceptEvent(caller.input, account, { eventId: newId(), now, sites, catalogue });
    planned.push({ caller, event, deliveries: planDeliveries(event.eventType, settings, account) });
  }
  return planned;
}
