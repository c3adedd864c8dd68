import { Mailer, type MailOutcome, type NotificationMail } from '@belfry/application';
import { parseEmailAddress } from '@belfry/domain';
import type { ISendMailOptions, MailerService } from '@nestjs-modules/mailer';
import { encodedListId, encodedText, listIdOf, messageIdOf, oneLine, threadIdOf } from './mail-headers.js';
import { mimeMessage } from './mime-message.js';
import { UnknownEventType, type MailRenderer, type RenderedMail } from './mail-renderer.js';
import { NoMailServer } from './no-mail-server.js';
import type { Sender } from './sender.js';
import type { ServerStateLog } from './server-state-log.js';
import {
  acceptedWith,
  isAboutTheMail,
  noAddress,
  refusedWith,
  waitingBecause,
  type SmtpFailure,
  type SmtpVerdict,
} from './smtp-outcome.js';

/** How this mailer sends. */
export interface MailerSettings {
  readonly sender: Sender;
  /** Our own version, for `X-Mailer`. */
  readonly version: string;
  /** The longest that one mail may take, in milliseconds, its wait for a free connection included. */
  readonly totalMs: number;
  /** Texts that must not stand in any outcome or log: the password in its forms. */
  readonly secrets: readonly string[];
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
      return { ...waitingBecause(error.message), request: { headers: {}, body: '' } };
    }
    const headers = this.headersOf(mail, rendered);
    const verdict = await this.deliver(mail, rendered, headers);
    return { ...this.withoutSecrets(verdict), request: { headers, body: rendered.text } };
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
  ): Promise<SmtpVerdict> {
    // Settings hold checked addresses alone. Were another ever stored, nodemailer would read a list out of it.
    const address = parseEmailAddress(mail.recipient);
    if (!address.ok || address.value.toLowerCase() !== mail.recipient.toLowerCase()) return noAddress;
    const { sender, totalMs } = this.settings;
    const encodedHeaders = {
      ...headers,
      From: { name: sender.name, address: sender.address },
      To: { name: '', address: mail.recipient },
      Subject: encodedText(rendered.subject),
      'List-ID': encodedListId(listIdOf(mail, rendered.accountName, sender)),
    };
    const message: ISendMailOptions & { signal: AbortSignal } = {
      envelope: { from: sender.address, to: [mail.recipient] },
      raw: mimeMessage(encodedHeaders, rendered.text, rendered.html),
      signal: AbortSignal.timeout(totalMs),
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
    return acceptedWith(sent.response);
  }

  private verdictOn(error: unknown): SmtpVerdict {
    const failure = error as Error & SmtpFailure;
    const verdict = failure instanceof NoMailServer ? waitingBecause(failure.message) : refusedWith(failure);
    if (isAboutTheMail(failure)) this.state.mailsFlow();
    else this.state.mailsWait(this.redact(failure.message));
    return verdict;
  }

  private withoutSecrets(verdict: SmtpVerdict): SmtpVerdict {
    const { response } = verdict;
    return response === null
      ? verdict
      : { ...verdict, response: { ...response, body: this.redact(response.body) } };
  }

  /** A mail server may repeat what it was sent, its log-in included. */
  private redact(text: string): string {
    return this.settings.secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
  }
}

/** What nodemailer answers for a mail that was taken. */
interface SentMail {
  readonly response: string;
  readonly rejectedErrors?: readonly (Error & SmtpFailure)[];
}
