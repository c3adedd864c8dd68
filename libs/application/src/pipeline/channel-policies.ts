/** What is different between the channels when their deliveries are claimed and started. */
import type { Channel } from '@belfry/domain';
import type { Clock } from '../ports/clock.js';
import type { Turn } from '../ports/delivery-queue.js';
import { Lane, type LaneLimits, type Seat } from './lane.js';
import { Pace, type PaceKind } from './pace.js';

/** What is different from channel to channel. */
export interface ChannelPolicy {
  readonly channel: Channel;
  readonly lane: Lane;
  /** How quick accounts are; null where that is not known. */
  readonly pace: Pace | null;
  /** How long freed places gather before they are claimed for, in milliseconds; many make a claim at once. */
  readonly gatherMs: number;
  /** After how many milliseconds in flight a delivery steps aside; null: never. */
  readonly asideAfterMs: number | null;
  /** True where a delivery that failed may be tried again after a pause. */
  readonly triesAgain: boolean;
  /** Whose turn a place is: the account's (webhooks) or the domain's (mails). */
  turnOf(seat: Seat): Turn;
  /** The pace of one whose turn this is and that has nothing in flight; null where it has, or that is not known. */
  waitingPace(turn: Turn): PaceKind | null;
}

/** Webhooks: accounts take turns, and one whose endpoint is slow holds fewer places while others want some. */
export function webhookPolicy(limits: LaneLimits, clock: Clock): ChannelPolicy {
  const pace = new Pace(() => clock.elapsedMs());
  const lane = new Lane(limits, pace);
  return {
    channel: 'webhook',
    lane,
    pace,
    gatherMs: 4,
    asideAfterMs: null,
    triesAgain: false,
    turnOf: ({ accountId }) => accountId,
    waitingPace: (turn) => {
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

/**
 * Mails: recipient domains take turns, and within each the accounts. All go through the one mail server: how long it
 * takes says nothing about an account. It may wait for a recipient's server, though, for minutes: mails that do step
 * aside, so that five slow domains do not hold all places.
 */
export function mailPolicy(limits: LaneLimits): ChannelPolicy {
  return {
    channel: 'email',
    lane: new Lane({ aside: mostMailsAside, ...limits }),
    pace: null,
    gatherMs: 25,
    asideAfterMs: mailAsideAfterMs,
    triesAgain: true,
    turnOf: ({ destination }) => destination,
    waitingPace: () => null,
  };
}
