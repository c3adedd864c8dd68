import SMTPPool, { type SMTPPoolOptions } from 'nodemailer/lib/smtp-pool';
import type { ConnectionLimits } from './connection-places.js';
import { dial } from './dial.js';
import { isLoopback, type SmtpServer } from './smtp-url.js';

/** How long the mail server may take, in milliseconds. */
export interface SmtpTimeouts {
  /** From the look-up of its name to an open connection. */
  readonly connectionMs: number;
  /** From the connection to the greeting; and again for the TLS handshake. */
  readonly greetingMs: number;
  /** Between two signs of life: for each answer, the one to the message included. */
  readonly silenceMs: number;
  /** One mail in all, from the connection on: a server that trickles its replies ends here. */
  readonly totalMs: number;
}

/**
 * What RFC 5321 section 4.5.3.2 asks of a client: five minutes for the greeting, ten for the answer to a message. Who
 * gives up sooner shuts out servers that make strangers wait, and sends a copy of a mail that a slow one has taken.
 */
export const defaultTimeouts: SmtpTimeouts = {
  connectionMs: 30 * 1_000,
  greetingMs: 5 * 60_000,
  silenceMs: 10 * 60_000,
  // More than the RFC's times for greeting, EHLO, MAIL, RCPT, DATA and message together.
  totalMs: 35 * 60_000,
};

/**
 * Mail servers limit connections per client (Postfix: 50), some far lower: six carry a healthy day's mails. More are
 * opened only beside those that a slow server holds.
 */
export const connectionLimits: ConnectionLimits = {
  brisk: 6,
  briskPerDomain: 5,
  perSlowDomain: 4,
  total: 50,
  slowAfterMs: 5 * 1_000,
};

/** After so many messages a connection is replaced: many servers count them, and end a connection that goes on. */
const messagesPerConnection = 100;

/** How this process connects to a mail server. */
export interface SmtpClient {
  /** What it calls itself in EHLO (RFC 5321 section 4.1.1.1). */
  readonly ehloName?: string | undefined;
  /** Certificates in PEM: the server's must lead to one of them. Absent: the system's, where certificates are checked. */
  readonly authorities?: string | undefined;
  readonly timeouts: SmtpTimeouts;
  readonly limits?: ConnectionLimits | undefined;
}

/**
 * Whether TLS must hold against an attacker: a password is sent, or the operator asked for it by `smtps:` or by naming
 * authorities. Otherwise there is nothing to lose: TLS is used where it works, whosever certificate it is (RFC 7435).
 */
export function needsTrust(server: SmtpServer, { authorities }: Pick<SmtpClient, 'authorities'>): boolean {
  return server.secure || server.credentials !== null || authorities !== undefined;
}

/**
 * The settings of nodemailer's pool for this server. A proxy is never used, files and URLs are never read for a mail,
 * and a password leaves this machine over checked TLS alone: without STARTTLS the mails wait. `plain` is for a server
 * whose TLS does not work, and may not be used where `needsTrust`.
 */
export function smtpPool(server: SmtpServer, client: SmtpClient, plain = false): SMTPPoolOptions {
  const { credentials } = server;
  const { timeouts, authorities, ehloName, limits = connectionLimits } = client;
  const trusted = needsTrust(server, client);
  const staysHere = isLoopback(server) && authorities === undefined;
  return {
    host: server.host,
    port: server.port,
    secure: server.secure,
    ...(ehloName === undefined ? {} : { name: ehloName }),
    requireTLS: !server.secure && trusted && !staysHere,
    opportunisticTLS: !trusted,
    ignoreTLS: plain,
    tls: {
      rejectUnauthorized: trusted,
      ...(authorities === undefined ? {} : { ca: authorities }),
    },
    ...(credentials === null ? {} : { auth: { user: credentials.user, pass: credentials.password } }),
    // How many are used at once is for `ConnectionPlaces` to say.
    maxConnections: limits.total,
    maxMessages: messagesPerConnection,
    // A mail moves on from a kept connection that the server ended before a byte of it was sent: all may have been ended.
    maxRequeues: limits.brisk,
    getSocket: (_options, callback) => {
      dial(server.host, server.port, timeouts.connectionMs).then(
        (connection) => callback(null, { connection }),
        (error: unknown) => callback(error as Error),
      );
    },
    connectionTimeout: timeouts.connectionMs + 2 * timeouts.greetingMs,
    greetingTimeout: timeouts.greetingMs,
    socketTimeout: timeouts.silenceMs,
    disableFileAccess: true,
    disableUrlAccess: true,
    logger: false,
  };
}

/** nodemailer's pool of connections to this server. */
export function openPool(server: SmtpServer, client: SmtpClient, plain = false): SMTPPool {
  return new SMTPPool(smtpPool(server, client, plain));
}
