import { failure, success, type Result } from '@belfry/domain';
import { pinnedSettings } from './session.js';

/** Parameters of a URL that the driver takes for its own, and that would change how it speaks to the server. */
const driverSettings = new Set(['query_timeout', 'binary', 'pipeline', 'stream', 'replication']);
const example = 'postgres://user:password@host:5432/belfry';

/**
 * Judges the URL of a PostgreSQL server. Its parameters and its `options` may set what is not set here; what is set here is
 * refused by name, for it would be passed over. No message shows a part of the URL but a parameter's name: a password that
 * is not percent-encoded may end up in any part.
 */
export function judgeDatabaseUrl(text: string): Result<string> {
  const refuse = (message: string) => failure({ pointer: '', message });
  if (!URL.canParse(text)) return refuse(`must be a URL such as ${example}${encodingHint(text)}`);
  const { protocol, hash, username, password, searchParams, pathname } = new URL(text);
  if (protocol !== 'postgres:' && protocol !== 'postgresql:')
    return refuse(`must be a URL such as ${example}`);
  // "p#ss", "p/ss" and "p?ss" end the part with the password, and what follows would be taken for something else.
  const isCutOff = username === '' && password === '' && hasUserElsewhere(pathname, searchParams);
  if (hash !== '' || isCutOff) return refuse(`must be a URL such as ${example}${encodingHint(text)}`);
  for (const part of [username, password, pathname])
    if (!isEncoded(part)) return refuse(`must be a URL such as ${example}${encodingHint(text)}`);
  for (const [name, value] of searchParams) {
    const lower = name.toLowerCase();
    if (lower === 'client_encoding' && /^utf-?8$/i.test(value)) continue;
    if (pinnedSettings.includes(lower) || driverSettings.has(lower))
      return refuse(`must not set ${lower}: the service sets it itself. Remove it from the URL`);
    if (lower !== 'options') continue;
    const pinned = settingsIn(value).find((setting) => pinnedSettings.includes(setting));
    if (pinned !== undefined)
      return refuse(`must not set ${pinned} in options: the service sets it itself. Remove it from the URL`);
  }
  return success(text);
}

/** The names that `-c name=value`, `-cname=value` and `--name=value` set, in lower case, with `_` for `-`. */
function settingsIn(options: string): string[] {
  return [...options.matchAll(/(?:^|\s)(?:-c\s*|--)([\w.-]+)\s*=/g)].map(([, name]) =>
    name!.toLowerCase().replaceAll('-', '_'),
  );
}

/** Whether the end of a user and password is in a part where none can be. */
function hasUserElsewhere(pathname: string, parameters: URLSearchParams): boolean {
  return pathname.includes('@') || [...parameters.keys()].some((name) => name.includes('@'));
}

function isEncoded(part: string): boolean {
  try {
    decodeURIComponent(part);
    return true;
  } catch {
    return false;
  }
}

function encodingHint(text: string): string {
  return text.includes('@')
    ? ', with every character of the password but letters, digits, -, ., _ and ~ percent-encoded (# is %23, / is %2F, @ is %40)'
    : '';
}
