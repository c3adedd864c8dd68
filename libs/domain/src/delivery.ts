/**
 * A delivery: one event to one destination over one channel; its states and the only ways from one to the next.
 *
 *     queued → sending → succeeded | failed | interrupted
 *
 * Sending may also go back to queued: a mail to be tried again later, and anything that was claimed and not begun. A
 * webhook that was begun never does: it is sent once, and if no one can say whether it was received, it is
 * `interrupted`. So is a queued one where a person says that it may have been sent already: in a restored backup. A queued
 * one whose account has no endpoint any more, or turned its event type off, fails without an attempt.
 */

/** How a delivery reaches its destination. */
export type Channel = 'webhook' | 'email';

/** How far a delivery has come. */
export type DeliveryStatus = 'queued' | 'sending' | 'succeeded' | 'failed' | 'interrupted';

export const channels = ['webhook', 'email'] as const satisfies readonly Channel[];
export const deliveryStatuses = [
  'queued',
  'sending',
  'succeeded',
  'failed',
  'interrupted',
] as const satisfies readonly DeliveryStatus[];

export const webhookFailures = [
  'http_status',
  'timeout',
  'connection',
  'tls',
  'dns',
  'blocked_address',
  'response_too_large',
] as const;

/** Why a webhook failed. */
export type WebhookFailure = (typeof webhookFailures)[number];

export const mailFailures = ['rejected', 'temporary', 'connection', 'expired'] as const;

/**
 * Why a mail failed: `rejected` by a 5xx reply; `temporary` by a 4xx reply, or `connection` where no reply came (both
 * are tried again); `expired` after a day of trying.
 */
export type MailFailure = (typeof mailFailures)[number];

/** Why a webhook was never sent: the account had no endpoint any more, or had turned the event type off. */
export const unsent = 'turned_off';

/** Why a delivery, or an attempt of it, did not succeed. */
export type FailureReason = WebhookFailure | MailFailure | typeof unsent;

export const failureReasons: readonly FailureReason[] = [
  ...new Set<FailureReason>([...webhookFailures, ...mailFailures, unsent]),
];

/** What can happen to a delivery. */
export const deliveryActions = [
  /** A worker takes it on. */
  'claim',
  'succeed',
  'fail',
  /** It failed, and is to be tried again later. */
  'putOff',
  /** It was claimed and not begun: an orderly stop. */
  'giveBack',
  /** Its lease ran out: its worker died, and no one can say what it had done. */
  'loseWorker',
  /** It has nowhere to go any more: no endpoint, or its event type is off. */
  'turnOff',
  /** An operator says that it may have been sent already: in a restored backup. */
  'interrupt',
] as const;

/** Something that can happen to a delivery. */
export type DeliveryAction = (typeof deliveryActions)[number];

type Transitions = Readonly<
  Record<DeliveryStatus, Readonly<Partial<Record<DeliveryAction, DeliveryStatus>>>>
>;

/** The next state for each state and action, by channel. An action that is not listed changes nothing. Every queue is tested against this table. */
export const transitions: Readonly<Record<Channel, Transitions>> = {
  webhook: {
    queued: { claim: 'sending', turnOff: 'failed', interrupt: 'interrupted' },
    sending: {
      succeed: 'succeeded',
      fail: 'failed',
      giveBack: 'queued',
      loseWorker: 'interrupted',
      interrupt: 'interrupted',
    },
    succeeded: {},
    failed: {},
    // The outcome under the same lease, arriving after it ran out, still counts.
    interrupted: { succeed: 'succeeded', fail: 'failed' },
  },
  email: {
    queued: { claim: 'sending' },
    sending: {
      succeed: 'succeeded',
      fail: 'failed',
      putOff: 'queued',
      giveBack: 'queued',
      loseWorker: 'queued',
    },
    succeeded: {},
    failed: {},
    interrupted: {},
  },
};

/** What a delivery of this channel and state is after this has happened to it. */
export function statusAfter(
  channel: Channel,
  status: DeliveryStatus,
  action: DeliveryAction,
): DeliveryStatus {
  return transitions[channel][status][action] ?? status;
}

/** Says whether a delivery in this state has ended: only a person can start another. */
export function isFinished(status: DeliveryStatus): boolean {
  return status !== 'queued' && status !== 'sending';
}

/** Why an address gets a mail. */
export type RecipientRole = 'primary_contact' | 'subscriber';

/** A delivery. Whoever needs a part of it takes a `Pick`. */
export interface Delivery {
  readonly accountId: number;
  readonly deliveryId: string;
  readonly eventId: string;
  readonly eventType: string;
  /** The environment that the event occurred in. */
  readonly environment: string;
  /** The event's payload, byte for byte as it was fixed at acceptance. */
  readonly payload: string;
  readonly channel: Channel;
  /** The endpoint with its query, or the recipient's address. Whoever shows it masks the query. */
  readonly destination: string;
  /** Null for a webhook. */
  readonly recipientRole: RecipientRole | null;
  readonly status: DeliveryStatus;
  readonly reason: FailureReason | null;
  /** The delivery that this one repeats, or null. */
  readonly redeliveryOf: string | null;
  /** True for a test delivery. */
  readonly test: boolean;
  /** Which try is under way, or was the last, from 1; 0 before the first. */
  readonly attempt: number;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
}

const minute = 60_000;

/** How long a mail is tried: a day, as RFC 5321 section 4.5.4.1 expects of mail servers at the least. */
export const mailLifetimeMs = 24 * 60 * minute;

/**
 * How long a mail pauses between tries. `usual` after a passing fault. `long` where somebody has to put something right
 * first, as after a refused login, or where each try may be a copy. `none` after a try that did not begin.
 */
export type MailPauses = 'usual' | 'long' | 'none';

/** Pauses after the first, second, … failed try; the last one repeats. They grow so that an outage is not met by a storm. */
const mailPausesMs: Readonly<Record<MailPauses, readonly number[]>> = {
  usual: [15_000, minute, 2 * minute, 5 * minute, 10 * minute, 20 * minute, 40 * minute, 60 * minute],
  long: [5 * minute, 15 * minute, 30 * minute, 60 * minute, 120 * minute],
  none: [0],
};

/**
 * The pause in milliseconds before a mail is tried again after `attempts` failed tries (1 or more), or null where the
 * next try would come later than a day after `createdAt`.
 */
export function pauseBeforeNextMail(
  attempts: number,
  createdAt: Date,
  now: Date,
  pauses: MailPauses = 'usual',
): number | null {
  const all = mailPausesMs[pauses];
  const pause = all[Math.min(attempts, all.length) - 1]!;
  return now.getTime() + pause - createdAt.getTime() > mailLifetimeMs ? null : pause;
}
