import { failure, success, type Result } from '@belfry/domain';
import type { SmtpClient } from './smtp-pool.js';
import { SmtpTransport } from './smtp-transport.js';
import { parseSmtpUrl, secretsOf } from './smtp-url.js';

/**
 * Connects to a mail server as mails would, logs in where the URL says how, and sends no mail. A problem says what is
 * wrong with the URL or what the server answered, never the password.
 */
export async function verifySmtp(url: string, client: SmtpClient): Promise<Result<null>> {
  const parsed = parseSmtpUrl(url);
  if (!parsed.ok) return parsed;
  const transport = new SmtpTransport(parsed.value, client);
  try {
    await within(client.timeouts.totalMs, transport.verify());
    return success(null);
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    const secrets = secretsOf(parsed.value);
    const why = secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), message || String(code));
    return failure({ pointer: '', message: why });
  } finally {
    transport.close();
  }
}

/** A server that trickles its replies never falls silent, and is given up all the same. */
async function within<Value>(totalMs: number, work: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${totalMs} ms`)), totalMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
