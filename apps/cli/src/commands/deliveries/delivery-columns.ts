import type { DeliverySummary } from '@belfry/application';
import { maskQueryValues } from '@belfry/domain';
import { green, red, yellow } from '../../output/style.js';
import type { Column } from '../../output/table.js';

const styles: Partial<Record<DeliverySummary['status'], (text: string) => string>> = {
  succeeded: green,
  failed: red,
  interrupted: yellow,
};

/** A text in the colour of a delivery's state. */
export function styledStatus(text: string, { status }: DeliverySummary): string {
  return styles[status]?.(text) ?? text;
}

/** A delivery's destination as people are shown it: the values of a URL's query may be secrets. */
export function shownDestination({ channel, destination }: DeliverySummary): string {
  return channel === 'webhook' ? maskQueryValues(destination) : destination;
}

/** The columns of a list of deliveries. */
export const deliveryColumns: readonly Column<DeliverySummary>[] = [
  { heading: 'CREATED', dropped: 2, value: ({ createdAt }) => createdAt },
  { heading: 'DELIVERY', value: ({ deliveryId }) => deliveryId },
  { heading: 'EVENT TYPE', dropped: 3, value: ({ eventType }) => eventType },
  { heading: 'CHANNEL', dropped: 5, value: ({ channel }) => channel },
  {
    heading: 'STATUS',
    value: ({ status }) => status,
    style: styledStatus,
  },
  { heading: 'REASON', dropped: 4, value: ({ reason }) => reason },
  { heading: 'DESTINATION', dropped: 1, value: shownDestination },
];
