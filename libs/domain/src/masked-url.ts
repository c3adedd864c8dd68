/** How a URL is shown to those who may not see the secret in its query. Neither form is taken for an endpoint again. */

/** The URL with its query masked: `?***` in place of a query. */
export function maskWebhookUrl(url: string): string {
  const [rest, query] = splitAtQuery(url);
  return query === null ? rest : `${rest}?***`;
}

/** The URL with each value of its query masked and the parameters' names kept: `?token=***`. A parameter without `=` is masked whole. */
export function maskQueryValues(url: string): string {
  const [rest, query] = splitAtQuery(url);
  if (query === null) return rest;
  const masked = query.split('&').map((parameter) => {
    const end = parameter.indexOf('=');
    return end === -1 ? '***' : `${parameter.slice(0, end)}=***`;
  });
  return `${rest}?${masked.join('&')}`;
}

/** Shorter values are words such as `v=1`: no secret, and found everywhere. */
const shortestSecret = 8;

/**
 * A text with the values of the URL's query masked wherever they stand in it: an endpoint may repeat the URL it was
 * called by, as in the `Location` of a redirect. Values of fewer than 8 characters are left.
 */
export function maskQueryOf(url: string, text: string): string {
  return secretsIn(url).reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
}

/** The values of a query as they were sent, and decoded; the longest first, since one may hold another. */
function secretsIn(url: string): string[] {
  const [, query] = splitAtQuery(url);
  if (query === null) return [];
  const sent = query.split('&').map((parameter) => parameter.slice(parameter.indexOf('=') + 1));
  const decoded = [...new URLSearchParams(query)].map(([name, value]) => (value === '' ? name : value));
  return [...new Set([...sent, ...decoded])]
    .filter((value) => value.length >= shortestSecret)
    .sort((one, other) => other.length - one.length);
}

/** Cuts at the first `?`; the query is null where there is none. */
function splitAtQuery(url: string): readonly [rest: string, query: string | null] {
  const start = url.indexOf('?');
  return start === -1 ? [url, null] : [url.slice(0, start), url.slice(start + 1)];
}
