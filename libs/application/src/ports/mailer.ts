import type { MailFailure, MailPauses, RecipientRole } from '@belfry/domain';
import type { AttemptResponse } from './delivery-log.js';

/** One mail to one recipient about one event. */
export interface NotificationMail {
  readonly deliveryId: string;
  readonly eventId: string;
  readonly accountId: number;
  readonly recipient: string;
  readonly recipientRole: RecipientRole;
  readonly eventType: string;
  /** The event's payload, as JSON text. */
  readonly payload: string;
}

/** The result of sending a mail: accepted by the mail server, refused for good, or to be tried again. */
export interface MailOutcome {
  readonly result: 'accepted' | 'permanent' | 'temporary';
  /** Null where the mail was accepted. */
  readonly reason: Exclude<MailFailure, 'expired'> | null;
  /** The mail's headers, and its text part as body. */
  readonly request: { readonly headers: Readonly<Record<string, string>>; readonly body: string };
  /** The SMTP reply; null where none came. */
  readonly response: AttemptResponse | null;
  /** What kept the mail where no reply says it, for a person; no secret is in it. */
  readonly detail: string | null;
  /** How long it waited for a connection of ours, in milliseconds: no part of what the mail server took. */
  readonly waitedMs: number;
  /** How long it is to wait where it is tried again. */
  readonly pauses: MailPauses;
}

/** Sends mails. */
export abstract class Mailer {
  /** Renders and sends one mail; every fault of the mail server or the network on the way is an outcome, never an exception. */
  abstract send(mail: NotificationMail): Promise<MailOutcome>;

  /**
   * The process stops: what has not begun comes back at once, to be tried by another process; what waits for the mail
   * server's answer is given up after `graceMs` milliseconds.
   */
  abstract wrapUp(graceMs: number): void;
}
