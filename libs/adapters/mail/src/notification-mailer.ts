import { Mailer, type MailOutcome, type NotificationMail } from '@belfry/application';
import { parseEmailAddress } from '@belfry/domain';
import type { ISendMailOptions, MailerService } from '@nestjs-modules/mailer';
import { encodedListId, encodedText, listIdOf, messageIdOf, oneLine, threadIdOf } from './mail-headers.js';
import { mimeMessage } from './mime-message.js';
import { UnknownEventType, type MailRenderer, type RenderedMail } from './mail-renderer.js';
import { NoMailServer } from './no-mail-server.js';
import type { Sender } from './sender.js';
import type { ServerStateLog } from './server-state-log.js';
import type { SmtpFailure } from './smtp-failure.js';
import {
  acceptedWith,
  isAboutTheMail,
  noAddress,
  refusedWith,
  waitingBecause,
  type SmtpVerdict,
} from './smtp-outcome.js';
import { NotBegun } from './smtp-transport.js';

/** How this mailer sends. */
export interface MailerSettings {
  readonly sender: Sender;
  /** Our own version, for `X-Mailer`. */
  readonly version: string;
  /** Texts that must not stand in any outcome or log: the password in its forms. */
  readonly secrets: readonly string[];
  /** Begins to stop the transport, where it has anything to stop. */
  readonly wrapUp?: ((graceMs: number) => void) | undefined;
}

/** Sends mails through whichever transport the module was given. */
export class NotificationMailer extends Mailer {
  constructor(
    private readonly mailerService: MailerService,
    private readonly renderer: MailRenderer,
    private readonly state: ServerStateLog,
    private readonly settings: MailerSettings,
  ) {
    super();
  }

  override async send(mail: NotificationMail): Promise<MailOutcome> {
    let rendered: RenderedMail;
    try {
      rendered = this.renderer.previewMail(mail);
    } catch (error) {
      if (!(error instanceof UnknownEventType)) throw error;
      // A newer release accepted the event; the mail waits until one that knows the event type takes it.
      return { ...waitingBecause(error.message), waitedMs: 0, request: { headers: {}, body: '' } };
    }
    const headers = this.headersOf(mail, rendered);
    const verdict = await this.deliver(mail, rendered, headers);
    return { ...this.withoutSecrets(verdict), request: { headers, body: rendered.text } };
  }

  override wrapUp(graceMs: number): void {
    this.settings.wrapUp?.(graceMs);
  }

  /** The headers as a reader sees them: decoded, on one line. */
  private headersOf(mail: NotificationMail, { subject, accountName, thread }: RenderedMail) {
    const { sender, version } = this.settings;
    const list = listIdOf(mail, accountName, sender);
    const threadId = threadIdOf(thread, sender);
    return {
      From: sender.name === '' ? sender.address : `${sender.name} <${sender.address}>`,
      To: mail.recipient,
      Subject: oneLine(subject),
      'Message-ID': messageIdOf(mail.deliveryId, sender),
      Date: new Date().toUTCString().replace('GMT', '+0000'),
      'In-Reply-To': threadId,
      References: threadId,
      'List-ID': `${oneLine(list.name)} ${list.id}`,
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      'X-Mailer': `Belfry/${version}`,
    };
  }

  private async deliver(
    mail: NotificationMail,
    rendered: RenderedMail,
    headers: ReturnType<NotificationMailer['headersOf']>,
  ): Promise<SmtpVerdict & { waitedMs: number }> {
    // Settings hold checked addresses alone. Were another ever stored, nodemailer would read a list out of it.
    const address = parseEmailAddress(mail.recipient);
    if (!address.ok || address.value.toLowerCase() !== mail.recipient.toLowerCase())
      return { ...noAddress, waitedMs: 0 };
    const { sender } = this.settings;
    const encodedHeaders = {
      ...headers,
      From: { name: sender.name, address: sender.address },
      To: { name: '', address: mail.recipient },
      Subject: encodedText(rendered.subject),
      'List-ID': encodedListId(listIdOf(mail, rendered.accountName, sender)),
    };
    const message: ISendMailOptions = {
      envelope: { from: sender.address, to: [mail.recipient] },
      raw: mimeMessage(encodedHeaders, rendered.text, rendered.html),
    };
    let sent: SentMail;
    try {
      sent = (await this.mailerService.sendMail(message)) as SentMail;
    } catch (error) {
      return this.verdictOn(error);
    }
    // nodemailer resolves where a server that takes the mail refuses the recipient after all, as LMTP may.
    const refusal = sent.rejectedErrors?.[0];
    if (refusal !== undefined) return this.verdictOn(refusal);
    this.state.mailsFlow();
    return { ...acceptedWith(sent.response), waitedMs: sent.waitedMs ?? 0 };
  }

  private verdictOn(error: unknown): SmtpVerdict & { waitedMs: number } {
    const failure = error as Error & SmtpFailure;
    const { waitedMs = 0 } = failure;
    // Nothing is known of the server: this process stops.
    if (failure instanceof NotBegun) return { ...waitingBecause(failure.message, 'none'), waitedMs };
    const verdict = failure instanceof NoMailServer ? waitingBecause(failure.message) : refusedWith(failure);
    if (isAboutTheMail(failure)) this.state.mailsFlow();
    else this.state.mailsWait(this.redact(verdict.detail ?? failure.message));
    return { ...verdict, waitedMs };
  }

  private withoutSecrets<Verdict extends SmtpVerdict>(verdict: Verdict): Verdict {
    const { response, detail } = verdict;
    return {
      ...verdict,
      response: response === null ? null : { ...response, body: this.redact(response.body) },
      detail: detail === null ? null : this.redact(detail),
    };
  }

  /** A mail server may repeat what it was sent, its login included. */
  private redact(text: string): string {
    return this.settings.secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
  }
}

/** What nodemailer answers for a mail that was taken. */
interface SentMail {
  readonly response: string;
  readonly waitedMs?: number;
  readonly rejectedErrors?: readonly (Error & SmtpFailure)[];
}
