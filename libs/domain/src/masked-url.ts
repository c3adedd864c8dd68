/**
 * How a URL is shown to those who may not see the secrets in it: the values of its query, and the parts of its path that
 * look like a token, as in hooks.slack.com/services/T…/B…/token. No masked form is taken for an endpoint again.
 */

const mask = '***';

/** The URL with its query masked, `?***` instead of a query, and with tokens in its path masked. */
export function maskWebhookUrl(url: string): string {
  const [rest, query] = splitAtQuery(url);
  return query === null ? maskPath(rest) : `${maskPath(rest)}?${mask}`;
}

/**
 * The URL with each value of its query masked and the parameters' names kept: `?token=***`; tokens in its path are masked
 * as well. A parameter without `=` is masked whole.
 */
export function maskQueryValues(url: string): string {
  const [rest, query] = splitAtQuery(url);
  if (query === null) return maskPath(rest);
  const masked = query.split('&').map((parameter) => {
    const end = parameter.indexOf('=');
    return end === -1 ? mask : `${parameter.slice(0, end)}=${mask}`;
  });
  return `${maskPath(rest)}?${masked.join('&')}`;
}

/** Says which part of the URL is masked; null for a whole URL. */
export function maskedPartOf(url: string): 'the query' | 'a part of the path' | null {
  const [rest, query] = splitAtQuery(url);
  if (query !== null && query !== '' && maskQueryValues(url).slice(maskPath(rest).length) === `?${query}`)
    return 'the query';
  return segmentsOf(rest).includes(mask) ? 'a part of the path' : null;
}

/** The secrets of a URL: values of its query, as they were sent and decoded, and tokens in its path. */
export function secretsOf(url: string): readonly string[] {
  const [rest, query] = splitAtQuery(url);
  const tokens = segmentsOf(rest).filter(looksLikeToken);
  const secrets = [...tokens, ...tokens.map(decoded), ...parametersOf(query).flatMap(({ values }) => values)];
  return [...new Set(secrets)].filter((secret) => secret !== '');
}

/** The parameters of a URL's query, each with its value as it was sent and decoded. One without `=` is a value alone. */
export function queryParametersOf(url: string): readonly QueryParameter[] {
  return parametersOf(splitAtQuery(url)[1]);
}

/** One parameter of a query. */
export interface QueryParameter {
  readonly name: string;
  readonly values: readonly string[];
}

function parametersOf(query: string | null): QueryParameter[] {
  return (query ?? '').split('&').map((parameter) => {
    const end = parameter.indexOf('=');
    const value = parameter.slice(end + 1);
    return { name: end === -1 ? '' : parameter.slice(0, end), values: [value, decoded(value)] };
  });
}

function maskPath(rest: string): string {
  const start = startOfPath(rest);
  const segments = rest.slice(start).split('/');
  return rest.slice(0, start) + segments.map((one) => (looksLikeToken(one) ? mask : one)).join('/');
}

function segmentsOf(rest: string): string[] {
  return rest.slice(startOfPath(rest)).split('/');
}

/** Where the path begins: at the first slash behind scheme and host. */
function startOfPath(rest: string): number {
  const scheme = rest.indexOf('://');
  const start = rest.indexOf('/', scheme === -1 ? 0 : scheme + '://'.length);
  return start === -1 ? rest.length : start;
}

const shortestToken = 16;
const shortestMixed = 6;

/**
 * Says whether a part of a path is not one that a person would write: 16 characters or more, with 16 letters and digits in
 * a row, or six that mix letters and digits; or shorter, with six that change between letters and digits three times or
 * more, as in hooks.zapier.com/hooks/catch/123456/a1b2c3d. `tenant-created-events`, `account-1000` and `v1beta1` are words.
 */
export function looksLikeToken(segment: string): boolean {
  const text = decoded(segment);
  const pieces = text.split(/[^a-z0-9]+/i).filter((piece) => piece.length >= shortestMixed);
  if (pieces.some((piece) => changesOf(piece) >= changesOfShortToken && !versionWord.test(piece)))
    return true;
  if (text.length < shortestToken) return false;
  return pieces.some((piece) => piece.length >= shortestToken || changesOf(piece) > 0);
}

const changesOfShortToken = 3;
const versionWord = /^v\d+(?:alpha|beta|rc)\d+$/i;

/** How often a text of letters and digits changes from the ones to the others. */
function changesOf(piece: string): number {
  return piece.split(/(?<=\d)(?=\D)|(?<=\D)(?=\d)/).length - 1;
}

/** Percent-decoded, `+` as a space; as it is where it can't be decoded. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

/** Cuts at the first `?`; the query is null where there is none. */
function splitAtQuery(url: string): readonly [rest: string, query: string | null] {
  const start = url.indexOf('?');
  return start === -1 ? [url, null] : [url.slice(0, start), url.slice(start + 1)];
}
