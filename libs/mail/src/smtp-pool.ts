import type { SMTPPoolOptions } from 'nodemailer';
import { isLoopback, type SmtpServer } from './smtp-url.js';

/** How long the mail server may take, in milliseconds. */
export interface SmtpTimeouts {
  /** From the look-up of its name to the end of STARTTLS. */
  readonly connectionMs: number;
  /** From the connection to the greeting. */
  readonly greetingMs: number;
  /** Between two signs of life. */
  readonly silenceMs: number;
  /** One mail in all, its wait for a free connection included: a server that trickles its replies ends here. */
  readonly totalMs: number;
}

/**
 * RFC 5321 section 4.5.3.2 allows a relay minutes for each step. Here somebody waits for an alert and a mail is tried
 * again anyway, so a stalled server is given up sooner.
 */
export const defaultTimeouts: SmtpTimeouts = {
  connectionMs: 15_000,
  greetingMs: 15_000,
  silenceMs: 60_000,
  totalMs: 180_000,
};

/** Few connections carry many mails: mail servers limit connections per client (Postfix: 50), some far lower. */
const connections = 5;

/**
 * The settings of nodemailer's pool for this server. A proxy is never used, files and URLs are never read for a mail,
 * and a password leaves this machine over TLS alone: without STARTTLS the mails wait.
 */
export function smtpPool(server: SmtpServer, timeouts: SmtpTimeouts): SMTPPoolOptions & { pool: true } {
  const { credentials } = server;
  return {
    pool: true,
    host: server.host,
    port: server.port,
    secure: server.secure,
    requireTLS: !server.secure && credentials !== null && !isLoopback(server),
    ...(credentials === null ? {} : { auth: { user: credentials.user, pass: credentials.password } }),
    maxConnections: connections,
    // A connection is kept until the server ends it or it has been idle for some minutes.
    maxMessages: Number.POSITIVE_INFINITY,
    // Only of use where the server closed an idle connection under a mail; tries are counted by the delivery.
    maxRequeues: 1,
    connectionTimeout: timeouts.connectionMs,
    dnsTimeout: timeouts.connectionMs,
    greetingTimeout: timeouts.greetingMs,
    socketTimeout: timeouts.silenceMs,
    disableFileAccess: true,
    disableUrlAccess: true,
    logger: false,
  };
}
