/** What is different between the channels when their deliveries are claimed and started. */
import type { Turn } from '../ports/delivery-queue.js';
import type { ChannelPolicy } from './channel-queue.js';
import { Lane, type LaneLimits } from './lane.js';
import { Pace } from './pace.js';

/** Webhooks: accounts take turns, and one whose endpoint is slow holds fewer places while others want some. */
export function webhookPolicy(limits: LaneLimits): ChannelPolicy {
  const pace = new Pace();
  const lane = new Lane(limits, pace);
  return {
    channel: 'webhook',
    lane,
    pace,
    gatherMs: 4,
    asideAfterMs: null,
    turnOf: ({ accountId }) => accountId,
    waitingPace: (turn: Turn) => {
      const accountId = turn as number;
      const kind = pace.kindOf(accountId);
      // Where there is a place for its pace, it is the origin that has none.
      return lane.inFlightOf(accountId) === 0 && lane.shareOf(kind) === 0 ? kind : null;
    },
  };
}

/** A mail that has been under way for so long gives its place to the next. */
const mailAsideAfterMs = 5_000;
/** How many may have done so: each costs its text in memory, and a part of the statement that renews leases. */
const mostMailsAside = 200;

/** The limits of mails. */
export interface MailLimits extends LaneLimits {
  /** After how many milliseconds under way a mail gives its place to the next. */
  readonly asideAfterMs?: number | undefined;
}

/**
 * Mails: recipient domains take turns, and within each the accounts. All go through the one mail server: how long it
 * takes says nothing about an account. It may wait for a recipient's server, though, for minutes: mails that do step
 * aside, so that five slow domains do not hold all places.
 */
export function mailPolicy({ asideAfterMs = mailAsideAfterMs, ...limits }: MailLimits): ChannelPolicy {
  return {
    channel: 'email',
    lane: new Lane({ aside: mostMailsAside, ...limits }),
    pace: null,
    gatherMs: 25,
    asideAfterMs,
    turnOf: ({ destination }) => destination,
    waitingPace: () => null,
  };
}
