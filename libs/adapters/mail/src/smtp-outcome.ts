/**
 * What an SMTP reply means for a mail.
 *
 * `permanent` is only what is about this very mail or its recipient. A 5xx about the sender, the login, a quota, the
 * policy or the server's own state would be said to other mails alike: somebody has something to put right, and until
 * then mails wait, with long pauses. Whatever is not known for certain is `temporary`: a doubled alert is better than a
 * lost one.
 */
import type { AttemptResponse, MailOutcome } from '@belfry/application';
import { describeSilence, type SmtpFailure } from './smtp-failure.js';

/** The outcome without what was sent, and without how long it had waited before. */
export type SmtpVerdict = Omit<MailOutcome, 'request' | 'waitedMs'>;

/** The verdict on a mail that the server accepted. */
export function acceptedWith(reply: string): SmtpVerdict {
  return { result: 'accepted', reason: null, response: replyOf(reply), detail: null, pauses: 'usual' };
}

/** The verdict on a mail that the server did not accept. */
export function refusedWith(failure: SmtpFailure): SmtpVerdict {
  const { response, responseCode } = failure;
  if (response === undefined || responseCode === undefined) {
    // Where it may have been taken, each try may be a copy: few of them.
    return waitingBecause(describeSilence(failure), failure.mayBeTaken === true ? 'long' : 'usual');
  }
  const reply = { response: replyOf(response), detail: null };
  if (responseCode < 500 || responseCode > 599) {
    return { result: 'temporary', reason: 'temporary', pauses: 'usual', ...reply };
  }
  return isAboutTheMail(failure)
    ? { result: 'permanent', reason: 'rejected', pauses: 'usual', ...reply }
    : { result: 'temporary', reason: 'temporary', pauses: 'long', ...reply };
}

/** The verdict on a mail about which no server said anything; `why` is for a person. */
export function waitingBecause(why: string, pauses: MailOutcome['pauses'] = 'usual'): SmtpVerdict {
  return { result: 'temporary', reason: 'connection', response: null, detail: why, pauses };
}

/** The verdict on a recipient that is no single address: it never gets as far as a server. */
export const noAddress: SmtpVerdict = {
  result: 'permanent',
  reason: 'rejected',
  response: null,
  detail: 'The recipient is not a single valid address, so nothing was sent.',
  pauses: 'usual',
};

/**
 * Says whether a reply is about the mail it answers or its recipient, and tells nothing of what other mails would be
 * answered: a reply to RCPT TO or to the message whose enhanced status (RFC 3463), or else code, says so. A 4xx counts
 * too: the server works.
 */
export function isAboutTheMail({ response = '', responseCode, command }: SmtpFailure): boolean {
  if (responseCode === undefined || (command !== 'RCPT TO' && command !== 'DATA')) return false;
  if (responseCode === 421) return false;
  if (responseCode < 500) return true;
  const status = enhancedStatusIn(response);
  if (status !== null && status.class !== 5) return false;
  const byStatus = status === null ? undefined : statusIsAboutTheMail(status.subject, status.detail);
  return byStatus ?? (codesAboutTheMail.has(responseCode) && !wordsAboutTheSender.test(response));
}

/**
 * Codes that speak of the mailbox or the message where there is no enhanced status: RFC 5321 section 4.2.3, RFC 7504
 * (556), and 541, by which some refuse a message as spam. The others are about syntax, login, quota or state.
 */
const codesAboutTheMail = new Set([501, 541, 550, 551, 552, 553, 554, 556]);

/** Servers that give no enhanced status say in words alone that they don't relay for us: Exim's "relay not permitted". */
const wordsAboutTheSender = /\brelay/i;

/** Undefined where the status says neither (X.0.0), so that the code decides. */
function statusIsAboutTheMail(subject: number, detail: number): boolean | undefined {
  switch (subject) {
    case 0:
      return undefined;
    // Addresses: all are the recipient's but 7 and 8, the sender's.
    case 1:
      return detail !== 7 && detail !== 8;
    // The mailbox.
    case 2:
      return true;
    // The server: only "message too big for system" is about the mail.
    case 3:
      return detail === 4;
    // Ways to the recipient's domain. About our server: bad connection, directory out of order, congestion (a sending
    // quota at Google), out of time.
    case 4:
      return ![2, 3, 5, 7].includes(detail);
    // Protocol: only the undefined one is said of mailboxes (Outlook.com).
    case 5:
      return detail === 0;
    // The content.
    case 6:
      return true;
    // Policy and security: login, relaying, reputation.
    default:
      return false;
  }
}

/** The first enhanced status of a reply: after its code, or in brackets at its end as qmail writes it. */
function enhancedStatusIn(reply: string): { class: number; subject: number; detail: number } | null {
  const found =
    /^\d{3}[ -](\d)\.(\d{1,3})\.(\d{1,3})\b/.exec(reply) ?? /#(\d)\.(\d{1,3})\.(\d{1,3})\b/.exec(reply);
  if (found === null) return null;
  const [, first, second, third] = found;
  return { class: Number(first), subject: Number(second), detail: Number(third) };
}

/** How much of a reply is kept, in characters: replies are short, and a server that sends a book need not be quoted. */
const longestReply = 16 * 1024;

/** An SMTP reply (RFC 5321 section 4.2): its code, and its text without the code before each line. */
function replyOf(reply: string): AttemptResponse {
  const lines = reply.split(/\r?\n/).map((line) => line.replace(/^\d{3}[ -]?/, ''));
  return { status: Number.parseInt(reply, 10), headers: {}, body: lines.join('\n').slice(0, longestReply) };
}
