/** What the Deliveries tab shows, kept in the address bar so that a view can be sent to a colleague. */
import {
  channels,
  deliveryStatuses,
  parseTimestamp,
  type Channel,
  type DeliveryStatus,
} from '@belfry/domain';

/** How far back the tab looks, in hours, unless a period was chosen. */
export const windows = { '24h': 24, '7d': 7 * 24, '30d': 30 * 24 } as const;
export type Window = keyof typeof windows;

/** What the tab shows. */
export interface Filters {
  readonly status: DeliveryStatus | null;
  readonly channel: Channel | null;
  readonly eventType: string | null;
  readonly window: Window;
  /** One bar of the chart: created at `from` or later, and before `to`. */
  readonly period: { readonly from: Date; readonly to: Date } | null;
}

/** Reads an address's query. Unknown values are ignored, so that an old link shows more rather than nothing. */
export function readFilters(search: URLSearchParams, eventTypes: readonly string[]): Filters {
  const oneOf = <Word extends string>(name: string, words: readonly Word[]): Word | null =>
    words.find((word) => word === search.get(name)) ?? null;
  const from = timeIn(search.get('from'));
  const to = timeIn(search.get('to'));
  return {
    status: oneOf('status', deliveryStatuses),
    channel: oneOf('channel', channels),
    eventType: oneOf('event_type', eventTypes),
    window: oneOf('window', Object.keys(windows) as Window[]) ?? '24h',
    period: from !== null && to !== null && from < to ? { from, to } : null,
  };
}

/** The query that `readFilters` reads back; defaults are left out. */
export function writeFilters({ status, channel, eventType, window, period }: Filters): URLSearchParams {
  const search = new URLSearchParams();
  if (status !== null) search.set('status', status);
  if (channel !== null) search.set('channel', channel);
  if (eventType !== null) search.set('event_type', eventType);
  if (window !== '24h') search.set('window', window);
  if (period !== null) {
    search.set('from', period.from.toISOString());
    search.set('to', period.to.toISOString());
  }
  return search;
}

/** When the window starts: at a full hour, so that it stays the same as long as the chart's bars do. */
export function windowStart(window: Window, now: Date): Date {
  const hour = 60 * 60 * 1000;
  return new Date((Math.floor(now.getTime() / hour) + 1 - windows[window]) * hour);
}

/** The query of the API's list of deliveries. */
export function listSearch(
  filters: Filters,
  now: Date,
  limit: number,
  cursor: string | null,
): URLSearchParams {
  const search = new URLSearchParams({ limit: String(limit) });
  if (filters.status !== null) search.set('status', filters.status);
  if (filters.channel !== null) search.set('channel', filters.channel);
  if (filters.eventType !== null) search.set('event_type', filters.eventType);
  search.set('from', (filters.period?.from ?? windowStart(filters.window, now)).toISOString());
  if (filters.period !== null) search.set('to', filters.period.to.toISOString());
  if (cursor !== null) search.set('cursor', cursor);
  return search;
}

function timeIn(text: string | null): Date | null {
  const time = text === null ? null : parseTimestamp(text);
  return time === null ? null : new Date(time);
}
