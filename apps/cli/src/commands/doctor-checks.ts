/** What `belfry doctor` finds out about this machine, the mail server and the public URL. */
import type { Configuration } from '@belfry/configuration';
import type { DiskRoom } from '@belfry/persistence';

/** What one check found. */
export interface Finding {
  /** What was looked at. */
  readonly check: string;
  readonly state: 'ok' | 'warning' | 'wrong';
  /** What was found, in a sentence or a few words; never a secret. */
  readonly found: string;
  /** What to do about it; null where there is nothing to do. */
  readonly advice: string | null;
}

/** All is well. */
export function ok(check: string, found: string): Finding {
  return { check, state: 'ok', found, advice: null };
}

/** It works, or will; there is something to know, or to do in time. */
export function warning(check: string, found: string, advice: string): Finding {
  return { check, state: 'warning', found, advice };
}

/** It does not work. */
export function wrong(check: string, found: string, advice: string): Finding {
  return { check, state: 'wrong', found, advice };
}

/** As `engines` in the repository's package.json says. */
const oldest = [20, 19] as const;

/** Whether this version of Node is one that the service is made for; `version` is such as `20.19.1`. */
export function checkNode(version: string): Finding {
  const [major, minor] = version.split('.').map(Number) as [number, number];
  const isNewEnough = major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
  return isNewEnough
    ? ok('Node.js', version)
    : wrong('Node.js', version, `use Node.js ${oldest.join('.')} or newer`);
}

const fewMebibytes = 1024;

/** Whether the embedded database has room to grow. A server's disk cannot be seen from here: `checkDatabase` says the size. */
export async function checkDisk({
  database: { url, dataDirectory },
}: Pick<Configuration, 'database'>): Promise<readonly Finding[]> {
  if (url !== null) return [];
  const { roomFor } = await import('@belfry/persistence');
  return [judgeDisk(await roomFor(dataDirectory), dataDirectory)];
}

/** Whether that is enough room. */
export function judgeDisk({ free, least }: DiskRoom, dataDirectory: string): Finding {
  if (free === Infinity) return ok('disk', `no limit known for ${dataDirectory}`);
  const found = `${free} MiB free for ${dataDirectory}`;
  if (free < least)
    return wrong('disk', `${found}, ${least} needed`, 'free up space, or move DATA_DIR to a larger disk');
  if (free < fewMebibytes)
    return warning('disk', found, 'free up space soon, or keep less with a smaller RETENTION_DAYS');
  return ok('disk', found);
}

/** A person waits: a server that takes longer to say hello will hold up mails as well. */
const mailTimeouts = { connectionMs: 5_000, greetingMs: 5_000, silenceMs: 5_000, totalMs: 10_000 };

/** Whether the mail server says hello and lets us log in. No mail is sent. */
export async function checkMail({
  process: { production },
  mail: { smtpUrl, ehloName, authorities, from, fromIsGuess },
}: Pick<Configuration, 'process' | 'mail'>): Promise<readonly Finding[]> {
  if (smtpUrl === null) {
    return [
      production
        ? warning('mail server', 'none: mails wait, and fail after 24 hours', 'set SMTP_URL')
        : ok('mail server', 'none: mails go to the development mailbox'),
    ];
  }
  const { verifySmtp } = await import('@belfry/mail');
  const verified = await verifySmtp(smtpUrl, { ehloName, authorities, timeouts: mailTimeouts });
  return [
    verified.ok
      ? ok('mail server', 'reachable')
      : wrong(
          'mail server',
          verified.problems.map(({ message }) => message).join('; '),
          'check SMTP_URL, and that the server accepts this machine',
        ),
    fromIsGuess
      ? warning(
          'mail sender',
          `not set, so this is used: ${from}`,
          'set MAIL_FROM to an address that your mail server is allowed to send from',
        )
      : ok('mail sender', from),
  ];
}

const publicUrlTimeoutMs = 5_000;
const publicUrlCheck = 'public URL';
/** Nothing listens at the address: most likely no process is running. */
const nothingListens = new Set(['ECONNREFUSED', 'EADDRNOTAVAIL']);

/** Whether a process of this service answers where links in mails lead. */
export async function checkPublicUrl({
  http: { publicUrl },
}: Pick<Configuration, 'http'>): Promise<readonly Finding[]> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(`${publicUrl}/health/live`, {
      redirect: 'manual',
      signal: AbortSignal.timeout(publicUrlTimeoutMs),
    });
    text = await response.text();
  } catch (error) {
    return [judgeFailure(publicUrl, error as Error)];
  }
  if (response.status === 200 && /"status":\s*"ok"/.test(text))
    return [ok(publicUrlCheck, `${publicUrl} answers`)];
  const found = `${publicUrl}/health/live answers ${response.status}, but not as this service does`;
  return [wrong(publicUrlCheck, found, 'check PUBLIC_URL, and the proxy in front of it')];
}

function judgeFailure(publicUrl: string, error: Error): Finding {
  const { code, message } = (error.cause ?? error) as NodeJS.ErrnoException;
  if (code !== undefined && nothingListens.has(code))
    return warning(
      publicUrlCheck,
      `nothing answers at ${publicUrl}`,
      'start the API if it should be running',
    );
  return wrong(
    publicUrlCheck,
    `${publicUrl} cannot be reached: ${message || code}`,
    'check PUBLIC_URL, and its host name in DNS',
  );
}
