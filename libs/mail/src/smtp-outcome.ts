/**
 * What an SMTP reply means for a mail.
 *
 * `permanent` is only what is about this very mail: a 5xx reply to RCPT TO or DATA. A 5xx greeting, EHLO, AUTH or
 * MAIL FROM would be said to every mail alike: the operator has something to put right, and until then mails wait.
 * Whatever is not known for certain is `temporary`: a doubled alert is better than a lost one.
 */
import type { AttemptResponse, MailOutcome } from '@belfry/application';

/** What nodemailer knows of a failed send. */
export interface SmtpFailure {
  /** The last reply, with its code, one line or more; absent where none came. */
  readonly response?: string | undefined;
  readonly responseCode?: number | undefined;
  /** The command that was answered, or `CONN`. */
  readonly command?: string | undefined;
}

/** The outcome without what was sent. */
export type SmtpVerdict = Pick<MailOutcome, 'result' | 'reason' | 'response'>;

const commandsAboutTheMail = new Set(['RCPT TO', 'DATA']);

/** Replies about the session, to whichever command: out of sequence (RFC 5321), log in, or log in better (RFC 4954). */
const repliesAboutTheSession = new Set([503, 530, 534, 535, 538]);

/** The verdict on a mail that the server accepted. */
export function acceptedWith(reply: string): SmtpVerdict {
  return { result: 'accepted', reason: null, response: replyOf(reply) };
}

/** The verdict on a mail that the server did not accept. */
export function refusedWith(failure: SmtpFailure): SmtpVerdict {
  const { response, responseCode } = failure;
  if (response === undefined || responseCode === undefined) {
    return { result: 'temporary', reason: 'connection', response: null };
  }
  return responseCode >= 500 && responseCode <= 599 && isAboutTheMail(failure)
    ? { result: 'permanent', reason: 'rejected', response: replyOf(response) }
    : { result: 'temporary', reason: 'temporary', response: replyOf(response) };
}

/** Says whether a reply is about the mail it answers, and tells nothing of what other mails would be answered. */
export function isAboutTheMail({ responseCode, command }: SmtpFailure): boolean {
  return (
    responseCode !== undefined &&
    commandsAboutTheMail.has(command ?? '') &&
    !repliesAboutTheSession.has(responseCode)
  );
}

/** The verdict on a mail that no server was asked about; `why` stands where the reply would. */
export function waitingBecause(why: string): SmtpVerdict {
  return { result: 'temporary', reason: 'connection', response: { status: 0, headers: {}, body: why } };
}

/** The verdict on a recipient that is no single address: it never gets as far as a server. */
export const noAddress: SmtpVerdict = {
  result: 'permanent',
  reason: 'rejected',
  response: { status: 0, headers: {}, body: 'The recipient is not one valid address: nothing was sent.' },
};

/** How much of a reply is kept, in characters: replies are short, and a server that sends a book need not be quoted. */
const longestReply = 16 * 1024;

/** An SMTP reply (RFC 5321 section 4.2): its code, and its text without the code before each line. */
function replyOf(reply: string): AttemptResponse {
  const lines = reply.split(/\r?\n/).map((line) => line.replace(/^\d{3}[ -]?/, ''));
  return { status: Number.parseInt(reply, 10), headers: {}, body: lines.join('\n').slice(0, longestReply) };
}
