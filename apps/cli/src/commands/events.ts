/** `belfry events`: publish events, and look at the accepted ones. */
import type { Event, EventAccepted } from '@belfry/contract';
import { environmentText, maximumBatch } from '@belfry/domain';
import { InvalidArgumentError } from '@commander-js/extra-typings';
import type { Backend, BatchResult } from '../backend/backend.js';
import { accountText, eventTypeOption, fromOption, group, toOption, verb } from '../command.js';
import type { CommandContext } from '../command-context.js';
import { describe, InvalidInput, Refusal, Stopped, WrongUse } from '../failure.js';
import {
  idOf,
  oneOf,
  parseDocuments,
  readAccountId,
  readAccountOption,
  readData,
  readTime,
} from '../input.js';
import { listVerb, showList } from '../list.js';
import { counted, printableJson, progressLine, show, untilStopped, written } from '../output.js';
import { record, table, type Column } from '../table.js';
import { deliveryColumns } from './delivery-text.js';

export const eventsCommand = (context: CommandContext) =>
  group(
    'events',
    'Publish events, and look at accepted ones',
    ['belfry events publish tenant_created --account 42 --data @tenant.json', 'belfry events list 42'],
    [publish(context), list(context), get(context)],
  );

/** Of more events a table would push everything else off the screen. */
const longestTable = 20;

const publish = (context: CommandContext) =>
  verb(
    'publish',
    'Publish one event, or many, from --data or standard input',
    [
      'belfry events publish integration_created --account 42 --data \'{"integration_id":3,"integration_name":"CRM sync"}\'',
      'belfry events publish run_failed --account 42 --environment staging --data @run.json --idempotency-key run-901',
      'belfry events publish tenant_created --account 42 < tenants.ndjson',
      'belfry events publish < whole-events.ndjson',
    ],
    'Standard input may hold many events, one per line. A line that has event_type is read as a whole event, as in the\n' +
      'REST API, and ignores the options. Any other line is read as the data of one event. Deliveries start once an API or a worker runs.',
  )
    .argument(
      '[event_type]',
      `One of ${context.catalogue.keys.join(', ')}`,
      oneOf('event type', context.catalogue.keys),
    )
    .option('--account <id>', 'The account that the event belongs to', readAccountOption)
    .option('--environment <name>', 'Where the event occurred (default: production)', (text) => {
      if (environmentText.safeParse(text).success) return text;
      throw new InvalidArgumentError('It must be 1 to 64 of the characters A-Z a-z 0-9 . _ -');
    })
    .option('--timestamp <time>', 'When it occurred, RFC 3339 (default: now)', readTime)
    .option(
      '--idempotency-key <key>',
      'Publish an event only once, however often you use the same key within 24 hours',
      (text) => {
        if (/^[\x20-\x7e]{1,255}$/.test(text)) return text;
        throw new InvalidArgumentError('It must be 1 to 255 printable ASCII characters.');
      },
    )
    .option('--data <json>', "The event type's fields: JSON, @file.json, or - for standard input (default)")
    .action(async (eventType, options) => {
      const { documents, many } = parseDocuments(await readData(options.data));
      const inputs = documents.map((document) => eventFrom(document, eventType, options));
      const { events } = await context.backend();
      if (many) return publishMany(events, inputs, options);
      const accepted = await events.publish(inputs[0], options.idempotencyKey).catch((error: unknown) => {
        if (!(error instanceof InvalidInput) || isWhole(documents[0])) throw error;
        // The document that was given is the event's data: pointers lead into that.
        throw new InvalidInput(
          error.problems.map((problem) => ({ ...problem, pointer: problem.pointer.replace(/^\/data/, '') })),
        );
      });
      show(options, accepted, () => table(acceptedColumns, [accepted], ''));
    });

interface PublishOptions {
  readonly json?: true | undefined;
  readonly account?: number | undefined;
  readonly environment?: string | undefined;
  readonly timestamp?: string | undefined;
  readonly idempotencyKey?: string | undefined;
}

/** The event as REST takes it: a document with an event type is one; any other is the data of one. */
function eventFrom(document: unknown, eventType: string | undefined, options: PublishOptions): unknown {
  if (isWhole(document)) return document;
  if (eventType === undefined || options.account === undefined) {
    const missing = [
      ...(eventType === undefined ? ['<event_type>'] : []),
      ...(options.account === undefined ? ["'--account <id>'"] : []),
    ];
    throw new WrongUse(
      `missing: ${missing.join(', ')}; or give whole events, with event_type and account_id`,
    );
  }
  return {
    event_type: eventType,
    environment: options.environment ?? 'production',
    account_id: options.account,
    ...(options.timestamp === undefined ? {} : { timestamp: options.timestamp }),
    data: document,
  };
}

function isWhole(document: unknown): boolean {
  return typeof document === 'object' && document !== null && 'event_type' in document;
}

const acceptedColumns: readonly Column<EventAccepted>[] = [
  { heading: 'EVENT', value: ({ event_id }) => event_id },
  { heading: 'DELIVERIES', value: ({ deliveries }) => deliveries },
];

/**
 * Publishes many events in batches of REST's size, each event on its own; each is remembered by the idempotency key and
 * its place among all. Ctrl-C ends it after the batch that is under way.
 */
async function publishMany(
  events: Backend['events'],
  inputs: readonly unknown[],
  options: PublishOptions,
): Promise<void> {
  const stop = new AbortController();
  void untilStopped().then(() => stop.abort());
  const progress = progressLine();
  const results: BatchResult[] = [];
  let failed: { readonly cause: unknown } | null = null;
  while (results.length < inputs.length && !stop.signal.aborted && failed === null) {
    const batch = inputs.slice(results.length, results.length + maximumBatch);
    try {
      results.push(...(await events.publishBatch(batch, options.idempotencyKey, results.length)));
    } catch (cause) {
      failed = { cause };
    }
    progress.show(`${written(results.length)} of ${counted(inputs.length, 'event')}`);
    // A signal is heard between two turns of the event loop only.
    await new Promise(setImmediate);
  }
  progress.end();
  const accepted = results.filter((result) => 'event_id' in result);
  const deliveries = accepted.reduce((sum, result) => sum + result.deliveries, 0);
  show(options, { results }, () =>
    accepted.length > longestTable
      ? `Accepted ${counted(accepted.length, 'event')}, with ${counted(deliveries, 'delivery', 'deliveries')}.`
      : table(acceptedColumns, accepted, 'No events were stored.'),
  );
  if (results.length < inputs.length)
    throw endedEarly(results, inputs.length, options.idempotencyKey !== undefined, failed);
  if (accepted.length < results.length) throw refusalOfSome(results);
}

/** The refusal of some of many events: every problem with the place of its event. */
function refusalOfSome(results: readonly BatchResult[]): Refusal {
  const problems = results.flatMap((result, index) => {
    if ('event_id' in result) return [];
    const event = `event ${index + 1}`;
    return result.errors === undefined
      ? [{ pointer: event, message: result.detail }]
      : result.errors.map(({ pointer, message }) => ({ pointer: `${event} ${pointer}`, message }));
  });
  const refused = results.filter(({ status }) => status !== 202).length;
  return new Refusal(
    `${written(refused)} of ${counted(results.length, 'event')} were refused; the others are stored`,
    problems,
  );
}

/** Says how far publishing many events got before it failed or somebody ended it, and how to go on. */
function endedEarly(
  results: readonly BatchResult[],
  inputs: number,
  hasKey: boolean,
  failed: { readonly cause: unknown } | null,
): Stopped | Refusal {
  const accepted = results.filter(({ status }) => status === 202).length;
  const rest = inputs - results.length;
  const facts =
    `${written(accepted)} of ${counted(inputs, 'event')} were accepted, ${written(results.length - accepted)} refused, ` +
    `and ${written(rest)} not ${failed === null ? 'published' : 'confirmed'}`;
  const howToGoOn = hasKey
    ? 'Run it again with the same --idempotency-key: nothing is stored twice'
    : `Continue from event ${written(results.length + 1)}`;
  if (failed === null) return new Stopped(`stopped: ${facts}. ${howToGoOn}`);
  const doubt = `of which up to ${written(Math.min(rest, maximumBatch))} may have been stored`;
  return new Refusal(`${describe(failed.cause)}. ${facts}, ${doubt}. ${howToGoOn}`);
}

const columns: readonly Column<Event>[] = [
  { heading: 'ACCEPTED', dropped: 2, value: ({ accepted_at }) => accepted_at },
  { heading: 'EVENT', value: ({ event_id }) => event_id },
  { heading: 'EVENT TYPE', value: ({ event_type }) => event_type },
  { heading: 'ENVIRONMENT', dropped: 1, value: ({ environment }) => environment },
];

const list = (context: CommandContext) =>
  listVerb('list', 'List the events of an account, newest first', [
    'belfry events list 42',
    'belfry events list 42 --event-type run_failed --from 2026-11-24T00:00:00Z --all --json',
  ])
    .argument('<account>', accountText, readAccountId)
    .addOption(eventTypeOption(context.catalogue))
    .addOption(fromOption)
    .addOption(toOption)
    .action(async (accountId, options) => {
      const { events } = await context.backend();
      const filter = { event_type: options.eventType, from: options.from, to: options.to };
      await showList(options, 'events', columns, 'No events match.', (part) =>
        events.list(accountId, filter, part),
      );
    });

const get = (context: CommandContext) =>
  verb('get', 'Show an event with its payload and its deliveries', [
    'belfry events get 42 019ab4e2-7c1d-7a53-9f0e-2b6d8c4e1f00',
  ])
    .argument('<account>', accountText, readAccountId)
    .argument('<event>', "The event's ID", idOf('event'))
    .action(async (accountId, eventId, options) => {
      const { events } = await context.backend();
      const event = await events.get(accountId, eventId);
      show(options, event, () =>
        [
          record([
            ['event', event.event_id],
            ['event type', event.event_type],
            ['environment', event.environment],
            ['account', event.account_id],
            ['accepted', event.accepted_at],
          ]),
          printableJson(event.payload, 2),
          table(deliveryColumns, event.deliveries, 'It has no deliveries.'),
        ].join('\n\n'),
      );
    });
