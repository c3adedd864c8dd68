import type { DeliverySummary } from '@belfry/application';
import { channels, deliveryStatuses, platformCatalogue } from '@belfry/domain';
import { printable } from '../../output/printable.js';
import { shownDestination, styledStatus } from './delivery-columns.js';

const widest = (words: readonly string[]) => Math.max(...words.map(({ length }) => length));
const eventTypeWidth = widest(platformCatalogue.keys);
const channelWidth = widest(channels);
const statusWidth = widest(deliveryStatuses);

/** A finished delivery on one line; lines that come one by one stand in columns all the same. */
export function finishedLine(delivery: DeliverySummary): string {
  const { finishedAt, deliveryId, eventType, channel, status, reason } = delivery;
  return [
    finishedAt?.toISOString() ?? '-',
    deliveryId,
    printable(eventType).padEnd(eventTypeWidth),
    channel.padEnd(channelWidth),
    styledStatus(status.padEnd(statusWidth), delivery),
    ...(reason === null ? [] : [reason]),
    printable(shownDestination(delivery)),
  ].join('  ');
}
