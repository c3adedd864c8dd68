import type { Configuration } from '@belfry/nest';
import { ok, warning, wrong, type Finding } from './finding.js';

const timeoutMs = 5_000;
const check = 'public URL';
/** Nothing listens at the address: most likely no process runs. */
const nothingListens = new Set(['ECONNREFUSED', 'EADDRNOTAVAIL']);

/** Whether a process of this service answers where links in mails lead. */
export async function checkPublicUrl({
  publicUrl,
}: Pick<Configuration, 'publicUrl'>): Promise<readonly Finding[]> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(`${publicUrl}/health/live`, {
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    text = await response.text();
  } catch (error) {
    return [judgeFailure(publicUrl, error as Error)];
  }
  if (response.status === 200 && /"status":\s*"ok"/.test(text)) return [ok(check, `${publicUrl} answers`)];
  const found = `${publicUrl}/health/live answers ${response.status}, but not like this service`;
  return [wrong(check, found, 'check PUBLIC_URL, and the proxy in front of it')];
}

function judgeFailure(publicUrl: string, error: Error): Finding {
  const { code, message } = (error.cause ?? error) as NodeJS.ErrnoException;
  if (code !== undefined && nothingListens.has(code))
    return warning(check, `nothing answers at ${publicUrl}`, 'start the API if it should be running');
  return wrong(
    check,
    `${publicUrl} can't be reached: ${message || code}`,
    'check PUBLIC_URL, and its host name in DNS',
  );
}
