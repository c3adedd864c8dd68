import { Mailer } from '@belfry/application';
import type { EventCatalogue, Result } from '@belfry/domain';
import { MailerModule, MailerService } from '@nestjs-modules/mailer';
import { Logger, Module, type DynamicModule } from '@nestjs/common';
import type { Transport } from 'nodemailer';
import { MailRenderer } from './mail-renderer.js';
import { noMailServer } from './no-mail-server.js';
import { NotificationMailer } from './notification-mailer.js';
import { parseSender } from './sender.js';
import { ServerStateLog } from './server-state-log.js';
import type { ConnectionLimits } from './connection-places.js';
import { defaultTimeouts, type SmtpTimeouts } from './smtp-pool.js';
import { SmtpTransport } from './smtp-transport.js';
import { parseSmtpUrl, secretsOf } from './smtp-url.js';

/** What the mail module is made of. */
export interface MailModuleOptions {
  /** `smtp(s)://user:password@host:port`. */
  readonly smtpUrl?: string | undefined;
  /** Whom mails come from, as `parseSender` reads it. */
  readonly from: string;
  /** What carries mails where there is no `smtpUrl`; without both, mails wait for a mail server. */
  readonly transport?: Transport | undefined;
  /** Where the admin page is, http or https. */
  readonly publicUrl: string;
  readonly catalogue: EventCatalogue;
  /** Our own version, for `X-Mailer`. */
  readonly version: string;
  /** What this process calls itself in EHLO; where absent, nodemailer finds a name. */
  readonly ehloName?: string | undefined;
  /** Certificates in PEM, one of which the mail server's must lead to; where absent, the system's. */
  readonly authorities?: string | undefined;
  readonly timeouts?: Partial<SmtpTimeouts> | undefined;
  readonly limits?: ConnectionLimits | undefined;
}

/**
 * Binds `Mailer`, and provides `MailRenderer`. The pool of connections is closed when the application closes, after the
 * modules that import this one.
 */
@Module({})
export class MailModule {
  /** Throws where an option is wrong; `parseSender` and `parseSmtpUrl` tell beforehand, with problems as values. */
  static forRoot(options: MailModuleOptions): DynamicModule {
    const sender = required('from', parseSender(options.from));
    const server = options.smtpUrl === undefined ? null : required('smtpUrl', parseSmtpUrl(options.smtpUrl));
    const smtp =
      server === null
        ? null
        : new SmtpTransport(server, { ...options, timeouts: { ...defaultTimeouts, ...options.timeouts } });
    const renderer = new MailRenderer(options.catalogue, options.publicUrl);
    return {
      module: MailModule,
      // Without a template adapter: with one, a mail whose template is missing throws outside the promise.
      imports: [MailerModule.forRoot({ transport: smtp ?? options.transport ?? noMailServer })],
      providers: [
        { provide: MailRenderer, useValue: renderer },
        {
          provide: Mailer,
          inject: [MailerService],
          useFactory: (mailerService: MailerService) =>
            new NotificationMailer(mailerService, renderer, new ServerStateLog(new Logger('Mail')), {
              sender,
              version: options.version,
              secrets: server === null ? [] : secretsOf(server),
              wrapUp: (graceMs) => smtp?.wrapUp(graceMs),
            }),
        },
      ],
      exports: [Mailer, MailRenderer],
    };
  }
}

function required<Value>(name: string, result: Result<Value>): Value {
  if (result.ok) return result.value;
  throw new Error(`${name} ${result.problems.map(({ message }) => message).join('; ')}`);
}
