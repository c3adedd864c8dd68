/** Counts of deliveries. */
import { channels, deliveryStatuses, platformId } from '@belfry/domain';
import { z } from 'zod';
import { body, count, eventTypeKey, oneOf, time } from './fields.js';
import { route } from './route.js';

const hourMs = 60 * 60 * 1000;
const mostHours = 31 * 24;
const windowMessage = 'must be a number of hours or days such as 24h or 7d, at most 31d';

/** How many hours a window such as `24h` or `7d` has; 0 for what is no window. */
function hoursOf(text: string): number {
  return /^[1-9]\d{0,2}[hd]$/.test(text) ? Number.parseInt(text, 10) * (text.endsWith('d') ? 24 : 1) : 0;
}

/** How far back statistics go, such as `24h` or `7d`; read as hours. */
export const statisticsWindow = z
  .string({ error: windowMessage })
  .refine((text) => hoursOf(text) > 0 && hoursOf(text) <= mostHours, windowMessage)
  .transform(hoursOf);

/** The beginning of a window's first hour; the hour that is under way is its last. */
export function beginningOfWindow(hours: number, now: Date): Date {
  return new Date((Math.floor(now.getTime() / hourMs) - (hours - 1)) * hourMs);
}

/** Counts of an account's deliveries. */
export const DeliveryStats = z
  .object({
    account_id: platformId,
    from: time,
    to: time,
    hours: z.array(
      z.object({
        hour: time,
        channel: oneOf(channels),
        event_type: eventTypeKey,
        status: oneOf(deliveryStatuses),
        count,
        duration_ms: z.object({ p50: count, p95: count, p99: count }).nullable().meta({
          description:
            'Of the last attempt, in milliseconds, accurate to within 10 %; null where nothing has finished.',
        }),
      }),
    ),
  })
  .meta({ id: 'DeliveryStats' });
export type DeliveryStats = z.infer<typeof DeliveryStats>;
/** The deliveries of one hour, channel, event type and status. */
export type DeliveryCount = DeliveryStats['hours'][number];

/** The route of statistics. */
export const deliveryStatsRoutes = {
  getDeliveryStats: route({
    method: 'get',
    path: '/v1/accounts/{account_id}/delivery-stats',
    summary:
      'Counts of deliveries and percentiles of their durations, by hour, channel, event type and status.',
    tag: 'Deliveries',
    access: ['deliveries:read'],
    query: body({
      window: statisticsWindow
        .prefault('24h')
        .meta({ description: 'How far back: hours or days, such as 24h or 7d.' }),
    }),
    answers: { 200: DeliveryStats },
  }),
};
