import { isIP } from 'node:net';
import { failure, success, type Result } from '@belfry/domain';

/** A mail server, and how to log in to it. */
export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  /** True: TLS from the first byte (RFC 8314). False: STARTTLS where the server offers it (RFC 3207). */
  readonly secure: boolean;
  readonly credentials: { readonly user: string; readonly password: string } | null;
}

/** Where a port is not given: submission (RFC 6409), and submission over TLS (RFC 8314). */
const defaultPorts: Readonly<Record<string, number>> = { 'smtp:': 587, 'smtps:': 465 };

/**
 * Reads the setting SMTP_URL: `smtp(s)://user:password@host:port`, the user and the password percent-encoded. Anything
 * else is a problem whose message never repeats the text, for the password is in it.
 */
export function parseSmtpUrl(text: string): Result<SmtpServer> {
  const url = URL.canParse(text) ? new URL(text) : null;
  const defaultPort = url === null ? undefined : defaultPorts[url.protocol];
  if (url === null || defaultPort === undefined || url.hostname === '') return refuse('');
  if (!['', '/'].includes(url.pathname) || url.search !== '' || url.hash !== '') {
    return refuse(': nothing may follow the port');
  }
  const user = decode(url.username);
  const password = decode(url.password);
  if (user === null || password === null) return refuse(', with the user and the password percent-encoded');
  return success({
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? defaultPort : Number(url.port),
    secure: url.protocol === 'smtps:',
    credentials: user === '' && password === '' ? null : { user, password },
  });
}

/** Says whether what is sent to the server stays on this machine. */
export function isLoopback({ host }: SmtpServer): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** The forms in which the password may stand in what the server says, the ones of RFC 4616 and AUTH LOGIN included. */
export function secretsOf({ credentials }: SmtpServer): string[] {
  if (credentials === null || credentials.password === '') return [];
  const { user, password } = credentials;
  const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64');
  return [password, encodeURIComponent(password), base64(password), base64(`\0${user}\0${password}`)];
}

function refuse(more: string) {
  return failure({ pointer: '', message: `must be smtp(s)://user:password@host:port${more}` });
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}
