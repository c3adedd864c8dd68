/**
 * The nodemailer transport to a mail server: nodemailer's pool of connections, and around it what the pool knows nothing
 * of. Who may use a connection (`ConnectionPlaces`), what to do where TLS does not work and nobody asked for it, whether a
 * mail that failed may have been taken all the same, and how to stop.
 */
import { domainOf } from '@belfry/domain';
import type { Readable } from 'node:stream';
import type { SendMailOptions, SentMessageInfo, Transport } from 'nodemailer';
import type SMTPPool from 'nodemailer/lib/smtp-pool';
import { ConnectionPlaces } from './connection-places.js';
import type { SmtpFailure } from './smtp-failure.js';
import { connectionLimits, needsTrust, openPool, type SmtpClient } from './smtp-pool.js';
import type { SmtpServer } from './smtp-url.js';

type Mail = Parameters<Transport['send']>[0];

/** For how long TLS is not tried again with a server whose TLS failed. */
const plainForMs = 10 * 60_000;

/** How long a stop waits for a server that has not been sent the message yet: giving such a mail up risks no copy. */
const unsentGraceMs = 2_000;

/** Raised for a mail that never got a connection, since the process stops: nothing of it was sent. */
export class NotBegun extends Error {
  constructor() {
    super('This process stopped before a connection to the mail server was free.');
  }
}

interface MailUnderWay {
  readonly abort: AbortController;
  /** Whether the server may have been sent the message, and so may accept it. */
  readonly mayBeTaken: () => boolean;
}

/** Sends mails to one server. */
export class SmtpTransport implements Transport {
  readonly name = 'SMTP';
  readonly version = '1';
  /** For nodemailer: a mail is what it is given, never what it names. */
  readonly disableFileAccess = true;
  readonly disableUrlAccess = true;
  private readonly pool: SMTPPool;
  /** Where TLS need not work: the way without it. */
  private readonly plainPool: SMTPPool | null;
  private readonly places: ConnectionPlaces;
  private readonly slowAfterMs: number;
  private readonly underWay = new Set<MailUnderWay>();
  private plainUntil = -Infinity;

  constructor(
    server: SmtpServer,
    private readonly client: SmtpClient,
  ) {
    const { limits = connectionLimits } = client;
    this.pool = openPool(server, client);
    this.plainPool = needsTrust(server, client) ? null : openPool(server, client, true);
    this.places = new ConnectionPlaces(limits);
    this.slowAfterMs = limits.slowAfterMs;
  }

  send(mail: Mail, callback: Parameters<Transport['send']>[1]): void {
    this.sendInTurn(mail).then((sent) => callback(null, sent), callback);
  }

  /** Connects and logs in, and sends no mail; rejects where that fails. */
  async verify(): Promise<void> {
    await this.encrypted(
      (pool) => pool.verify(),
      () => true,
    );
  }

  /**
   * The process stops. Mails that wait for a connection come back at once, unsent (`NotBegun`); those under way have
   * `graceMs` milliseconds left, or two seconds while the server has not been sent the message.
   */
  wrapUp(graceMs: number): void {
    this.places.close();
    const giveUp = (mails: Iterable<MailUnderWay>) => {
      for (const { abort } of mails) abort.abort('This process stopped before the mail server had answered.');
    };
    const unsent = () => [...this.underWay].filter(({ mayBeTaken }) => !mayBeTaken());
    setTimeout(() => giveUp(unsent()), Math.min(graceMs, unsentGraceMs)).unref();
    setTimeout(() => giveUp(this.underWay), graceMs).unref();
  }

  /** Closes the connections; one that carries a mail, when it has done so. */
  close(): void {
    this.places.close();
    this.pool.close();
    this.plainPool?.close();
  }

  private async sendInTurn(mail: Mail): Promise<SentMessageInfo> {
    const askedAt = performance.now();
    const place = await this.places.enter(recipientDomainOf(mail.data));
    const waitedMs = performance.now() - askedAt;
    if (place === null) throw Object.assign(new NotBegun(), { waitedMs });
    const { totalMs } = this.client.timeouts;
    const { message } = mail;
    const abort = new AbortController();
    const late = setTimeout(
      () => abort.abort(`The mail server did not finish within ${totalMs / 1_000} s.`),
      totalMs,
    );
    let slow: NodeJS.Timeout | undefined;
    let content: Readable | undefined;
    const open = message.createReadStream.bind(message);
    // nodemailer opens the message as it begins the transaction, and reads it when the server asks for it.
    message.createReadStream = (options) => {
      slow ??= setTimeout(() => place.becomeSlow(), this.slowAfterMs);
      return (content = open(options));
    };
    // nodemailer notes a refusal in the envelope, and would find it there when it moves the mail to another connection.
    const envelope = message.getEnvelope();
    message.getEnvelope = () => ({ ...envelope });
    mail.data['signal'] = abort.signal;
    const mayBeTaken = () => content?.readableDidRead === true;
    const underWay = { abort, mayBeTaken };
    this.underWay.add(underWay);
    try {
      const sent = await this.encrypted(
        (pool) => over(pool, mail),
        () => !mayBeTaken() && !abort.signal.aborted,
      );
      return { ...sent, waitedMs };
    } catch (error) {
      throw Object.assign(error as Error, { mayBeTaken: mayBeTaken(), waitedMs });
    } finally {
      clearTimeout(late);
      clearTimeout(slow);
      this.underWay.delete(underWay);
      place.leave();
    }
  }

  /** Does it over TLS if it can be, and otherwise, unless somebody relies on TLS and while it `mayStart` again, without. */
  private async encrypted<Value>(
    act: (pool: SMTPPool) => Promise<Value>,
    mayStart: () => boolean,
  ): Promise<Value> {
    const { plainPool } = this;
    if (plainPool !== null && performance.now() < this.plainUntil) return act(plainPool);
    try {
      return await act(this.pool);
    } catch (error) {
      if (plainPool === null || !mayBeTls(error as SmtpFailure) || !mayStart()) throw error;
    }
    const rememberThatItWorks = () => (this.plainUntil = performance.now() + plainForMs);
    try {
      const value = await act(plainPool);
      rememberThatItWorks();
      return value;
    } catch (error) {
      if ((error as SmtpFailure).responseCode !== undefined) rememberThatItWorks();
      throw error;
    }
  }
}

function over(pool: SMTPPool, mail: Mail): Promise<SentMessageInfo> {
  return new Promise((resolve, reject) => {
    pool.send(mail as never, (error, sent) => (sent === undefined ? reject(error!) : resolve(sent)));
  });
}

/** Mails have one recipient each. */
function recipientDomainOf({ envelope }: SendMailOptions): string {
  // eslint-disable-next-line @typescript-eslint/no-base-to-string -- our mails name it by its address alone
  return domainOf(String([envelope?.to].flat()[0])).toLowerCase();
}

/**
 * Whether TLS may be what failed, where nothing of a mail was sent: servers that can't do it after all answer, break the
 * handshake off, or end the connection at once. What kept us from a connection is not tried again without TLS.
 */
function mayBeTls({ code, command, originalCode, timeoutType, responseCode }: SmtpFailure): boolean {
  if (responseCode !== undefined) return false;
  return (
    code === 'ETLS' ||
    (code === 'ECONNECTION' && command !== undefined) ||
    timeoutType === 'UPGRADE_TIMEOUT' ||
    /^(ERR_SSL|ERR_TLS|EPROTO|ECONNRESET|EPIPE)/.test(originalCode ?? '')
  );
}
