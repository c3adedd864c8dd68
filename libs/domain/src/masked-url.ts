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

/** Cuts at the first `?`; the query is null where there is none. */
function splitAtQuery(url: string): readonly [rest: string, query: string | null] {
  const start = url.indexOf('?');
  return start === -1 ? [url, null] : [url.slice(0, start), url.slice(start + 1)];
}
