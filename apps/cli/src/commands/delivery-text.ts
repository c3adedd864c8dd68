/** Deliveries and their attempts, for people. */
import type { Attempt, Delivery } from '@belfry/contract';
import { channels, deliveryStatuses, type EventCatalogue } from '@belfry/domain';
import { bold, green, printable, red, yellow } from '../output.js';
import type { Column } from '../table.js';

const styles: Partial<Record<Delivery['status'], (text: string) => string>> = {
  succeeded: green,
  failed: red,
  interrupted: yellow,
};

/** A text in the colour of a delivery's status. */
function styledStatus(text: string, { status }: Delivery): string {
  return styles[status]?.(text) ?? text;
}

/** The columns of a list of deliveries. */
export const deliveryColumns: readonly Column<Delivery>[] = [
  { heading: 'CREATED', dropped: 2, value: ({ created_at }) => created_at },
  { heading: 'DELIVERY', value: ({ delivery_id }) => delivery_id },
  { heading: 'EVENT TYPE', dropped: 3, value: ({ event_type }) => event_type },
  { heading: 'CHANNEL', dropped: 5, value: ({ channel }) => channel },
  { heading: 'STATUS', value: ({ status }) => status, style: styledStatus },
  { heading: 'REASON', dropped: 4, value: ({ reason }) => reason },
  { heading: 'DESTINATION', dropped: 1, value: ({ destination }) => destination },
];

const widest = (words: readonly string[]) => Math.max(...words.map(({ length }) => length));
const channelWidth = widest(channels);
const statusWidth = widest(deliveryStatuses);

/** A finished delivery on one line; lines that come one by one still line up in columns. */
export function finishedLine(delivery: Delivery, catalogue: EventCatalogue): string {
  const { finished_at, delivery_id, event_type, channel, status, reason, destination } = delivery;
  return [
    finished_at ?? '-',
    delivery_id,
    printable(event_type).padEnd(widest(catalogue.keys)),
    channel.padEnd(channelWidth),
    styledStatus(status.padEnd(statusWidth), delivery),
    ...(reason === null ? [] : [reason]),
    printable(destination),
  ].join('  ');
}

/** An attempt, with all that was sent and all that came back; `index` counts from 0. */
export function attemptText(attempt: Attempt, index: number): string {
  const { started_at, duration_ms, outcome, reason, request, response, detail } = attempt;
  return [
    bold(`Attempt ${index + 1}: ${reason ?? outcome}, ${started_at}, ${duration_ms} ms`),
    message('Sent', request.headers, request.body),
    response === null
      ? `No response${detail === null ? '' : `\n  ${printable(detail)}`}`
      : message(`Response: ${response.status}`, response.headers, response.body),
  ].join('\n');
}

function message(title: string, headers: Readonly<Record<string, string>>, body: string): string {
  const lines = [...Object.entries(headers).map(([name, value]) => `${name}: ${value}`), '', body];
  return [title, ...lines.map((line) => `  ${printable(line, true).replaceAll('\n', '\n  ')}`)]
    .join('\n')
    .trimEnd();
}
