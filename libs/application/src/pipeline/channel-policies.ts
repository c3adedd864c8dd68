/** What is different between the channels when their deliveries are claimed and started. */
import type { DeliveryQueue } from '../ports/delivery-queue.js';
import type { Claim } from '../ports/event-store.js';
import type { ChannelPolicy } from './channel-queue.js';
import { Lane, type LaneLimits } from './lane.js';
import { Pace } from './pace.js';

/** Webhooks: accounts take turns, and one whose endpoint is slow holds fewer places while others want some. */
export function webhookPolicy(queue: DeliveryQueue, claim: Claim, limits: LaneLimits): ChannelPolicy<number> {
  const pace = new Pace();
  const lane = new Lane(limits, pace);
  return {
    lane,
    pace,
    gatherMs: 4,
    look: (capacity, after) => queue.claimWebhooks(claim, capacity, after),
    keyOf: ({ accountId }) => accountId,
    waitingPace: (accountId) => (lane.inFlightOf(accountId) === 0 ? pace.kindOf(accountId) : null),
  };
}

/**
 * Mails: recipient domains take turns, and within each the accounts. All go through the one mail server: how long it
 * takes says nothing about an account.
 */
export function mailPolicy(queue: DeliveryQueue, claim: Claim, limits: LaneLimits): ChannelPolicy<string> {
  return {
    lane: new Lane(limits),
    pace: null,
    gatherMs: 25,
    look: (capacity, after) => queue.claimMails(claim, capacity, after),
    keyOf: ({ destination }) => destination,
    waitingPace: () => null,
  };
}
