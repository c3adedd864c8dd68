import { simpleParser, type ParsedMail } from 'mailparser';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** A mail as the server took it. */
export interface ReceivedMail {
  readonly recipients: readonly string[];
  readonly mail: ParsedMail;
}

/** An SMTP server that keeps what it is sent. */
export class MailServer {
  readonly mails: ReceivedMail[] = [];
  /** Recipients that are refused, each with the reply: its code and its text. */
  readonly refusals = new Map<string, readonly [code: number, text: string]>();
  /** How long it thinks about each mail before it takes it, in milliseconds. */
  thinksFor = 0;
  /** Where it is a list: no mail is answered, and each waits in it for its answer. */
  unanswered: (() => void)[] | null = null;
  readonly #server = new SMTPServer({
    authOptional: true,
    closeTimeout: 100,
    onAuth: (_login, _session, done) => done(null, { user: 'whoever' }),
    disabledCommands: ['STARTTLS'],
    onRcptTo: ({ address }, _session, done) => {
      const refusal = this.refusals.get(address);
      if (refusal === undefined) return done();
      done(Object.assign(new Error(refusal[1]), { responseCode: refusal[0] }));
    },
    onData: (stream, session, done) => {
      simpleParser(stream).then((mail) => {
        this.mails.push({ recipients: session.envelope.rcptTo.map(({ address }) => address), mail });
        if (this.unanswered === null) setTimeout(done, this.thinksFor);
        else this.unanswered.push(() => done());
      }, done);
    },
  });

  static async start(): Promise<MailServer> {
    const server = new MailServer();
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', () => resolve()));
    return server;
  }

  get url(): string {
    return `smtp://127.0.0.1:${(this.#server.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
