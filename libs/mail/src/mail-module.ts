import { Mailer } from '@belfry/application';
import type { EventCatalogue, Result } from '@belfry/domain';
import { MailerModule, MailerService, type MailerOptions } from '@nestjs-modules/mailer';
import { Logger, Module, type DynamicModule, type Provider } from '@nestjs/common';
import { DevelopmentMailbox } from './mailbox/development-mailbox.js';
import { MailboxFolder } from './mailbox/mailbox-folder.js';
import { mailboxTransport } from './mailbox/mailbox-transport.js';
import { MailRenderer } from './mail-renderer.js';
import { noMailServer } from './no-mail-server.js';
import { NotificationMailer } from './notification-mailer.js';
import { parseSender } from './sender.js';
import { ServerStateLog } from './server-state-log.js';
import { defaultTimeouts, smtpPool, type SmtpTimeouts } from './smtp-pool.js';
import { parseSmtpUrl, secretsOf, type SmtpServer } from './smtp-url.js';

/** What the mail module is made of. */
export interface MailModuleOptions {
  /** `smtp(s)://user:password@host:port`; where absent, mails go into the development mailbox. */
  readonly smtpUrl?: string | undefined;
  /** Whom mails come from, as `parseSender` reads it. */
  readonly from: string;
  /** The development mailbox' folder; null in production: without `smtpUrl`, mails then wait for a mail server. */
  readonly mailboxDirectory?: string | null | undefined;
  /** Where the admin page is, http or https. */
  readonly publicUrl: string;
  readonly catalogue: EventCatalogue;
  /** Our own version, for `X-Mailer`. */
  readonly version: string;
  readonly timeouts?: Partial<SmtpTimeouts> | undefined;
}

/**
 * Binds `Mailer`, and provides `MailRenderer` and, with a `mailboxDirectory`, `DevelopmentMailbox`. The pool of
 * connections is closed when the application closes, after the modules that import this one.
 */
@Module({})
export class MailModule {
  /** Throws where an option is wrong; `parseSender` and `parseSmtpUrl` tell beforehand, with problems as values. */
  static forRoot(options: MailModuleOptions): DynamicModule {
    const sender = required('from', parseSender(options.from));
    const server = options.smtpUrl === undefined ? null : required('smtpUrl', parseSmtpUrl(options.smtpUrl));
    const folder = options.mailboxDirectory == null ? null : new MailboxFolder(options.mailboxDirectory);
    const timeouts = { ...defaultTimeouts, ...options.timeouts };
    const renderer = new MailRenderer(options.catalogue, options.publicUrl);
    const providers: Provider[] = [
      { provide: MailRenderer, useValue: renderer },
      {
        provide: Mailer,
        inject: [MailerService],
        useFactory: (mailerService: MailerService) =>
          new NotificationMailer(mailerService, renderer, new ServerStateLog(new Logger('Mail')), {
            sender,
            version: options.version,
            totalMs: timeouts.totalMs,
            secrets: server === null ? [] : secretsOf(server),
          }),
      },
      ...(folder === null
        ? []
        : [
            {
              provide: DevelopmentMailbox,
              useFactory: async () => {
                await folder.makePrivate();
                return new DevelopmentMailbox(folder);
              },
            },
          ]),
    ];
    return {
      module: MailModule,
      // Without a template adapter: with one, a mail whose template is missing throws outside the promise.
      imports: [MailerModule.forRoot({ transport: transportFor(server, folder, timeouts) })],
      providers,
      exports: [Mailer, MailRenderer, ...(folder === null ? [] : [DevelopmentMailbox])],
    };
  }
}

function transportFor(
  server: SmtpServer | null,
  folder: MailboxFolder | null,
  timeouts: SmtpTimeouts,
): NonNullable<MailerOptions['transport']> {
  if (server !== null) return smtpPool(server, timeouts);
  return folder === null ? noMailServer : mailboxTransport(folder);
}

function required<Value>(name: string, result: Result<Value>): Value {
  if (result.ok) return result.value;
  throw new Error(`${name} ${result.problems.map(({ message }) => message).join('; ')}`);
}
