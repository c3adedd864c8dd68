import { parseWebhookUrl, publicDestinationsOnly } from '@belfry/domain';

/** The URL in its normal form, if only the operator's list decides whether it is accepted; otherwise null. */
export function doubtful(text: string): string | null {
  if (!URL.canParse(text) || parseWebhookUrl(text, publicDestinationsOnly).ok) return null;
  const listed = parseWebhookUrl(text, { ...publicDestinationsOnly, endpoints: [endpointOf(text)] });
  return listed.ok ? listed.value : null;
}

/** A URL as a list of allowed endpoints names it: without its query. */
export function endpointOf(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}
