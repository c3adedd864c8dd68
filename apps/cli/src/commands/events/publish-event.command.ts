import { maximumBatch, PublishEvent, type PublishResult } from '@belfry/application';
import { platformCatalogue } from '@belfry/domain';
import { Option, SubCommand } from 'nest-commander';
import { InvalidValue, WrongUse } from '../../failure.js';
import { parseDocuments, readData } from '../../input/json-data.js';
import { readAccountOption } from '../../input/values.js';
import { table, type Column } from '../../output/table.js';
import { operator } from '../../workplace/operator.js';
import { BelfryCommand, type JsonOption } from '../belfry-command.js';
import { refusalOf, refusalOfSome, resultOnTheWire } from './published.js';

interface PublishOptions extends JsonOption {
  readonly account?: number;
  readonly environment?: string;
  readonly timestamp?: string;
  readonly idempotencyKey?: string;
  readonly data?: string;
}

type Accepted = Extract<PublishResult, { status: 'accepted' }>;

const columns: readonly Column<Accepted>[] = [
  { heading: 'EVENT', value: ({ eventId }) => eventId },
  { heading: 'DELIVERIES', value: ({ deliveries }) => deliveries },
];

/** Publishes events. */
@SubCommand({
  name: 'publish',
  arguments: '[event_type]',
  description: 'publish one event, or many, from --data or standard input',
  argsDescription: { event_type: `one of ${platformCatalogue.keys.join(', ')}` },
})
export class PublishEventCommand extends BelfryCommand {
  protected override readonly details =
    'Standard input may hold many events, one a line. A line that has event_type is a whole event as REST takes it,\n' +
    'and the options say nothing of it; any other is the data of one. Deliveries start once an API or a worker runs.';
  protected readonly examples = [
    'belfry events publish integration_created --account 42 --data \'{"integration_id":3,"integration_name":"CRM sync"}\'',
    'belfry events publish run_failed --account 42 --environment staging --data @run.json --idempotency-key run-901',
    'belfry events publish tenant_created --account 42 < tenants.ndjson',
    'belfry events publish < whole-events.ndjson',
  ];

  async run([eventType]: string[], options: PublishOptions): Promise<void> {
    const { documents, many } = parseDocuments(await readData(options.data));
    const inputs = documents.map((document) => eventFrom(document, eventType, options));
    const { app } = await this.workplace.open();
    const results = await publishAll(app.get(PublishEvent), inputs, options.idempotencyKey, many);
    if (many) this.answerMany(options, results);
    else this.answerOne(options, results[0]!);
  }

  @Option({ flags: '--account <id>', description: 'the account that the event belongs to' })
  readAccount(text: string): number {
    return readAccountOption(text);
  }

  @Option({ flags: '--environment <name>', description: 'where the event occurred (default: production)' })
  readEnvironment(text: string): string {
    return text;
  }

  @Option({ flags: '--timestamp <time>', description: 'when it occurred, RFC 3339 (default: now)' })
  readTimestamp(text: string): string {
    return text;
  }

  @Option({
    flags: '--idempotency-key <key>',
    description: 'published again with the same key within 24 hours, the event is not stored a second time',
  })
  readIdempotencyKey(text: string): string {
    if (/^[\x20-\x7e]{1,255}$/.test(text)) return text;
    throw new InvalidValue('It must be 1 to 255 printable ASCII characters.');
  }

  @Option({
    flags: '--data <json>',
    description: "the event type's fields: JSON, @file.json, or - for standard input (default)",
  })
  readData(text: string): string {
    return text;
  }

  private answerOne(options: JsonOption, result: PublishResult): void {
    if (result.status !== 'accepted') throw refusalOf(result);
    const document = { event_id: result.eventId, deliveries: result.deliveries };
    this.output.show(options, document, () => table(columns, [result], ''));
  }

  private answerMany(options: JsonOption, results: readonly PublishResult[]): void {
    const accepted = results.filter((result): result is Accepted => result.status === 'accepted');
    this.output.show(options, { results: results.map(resultOnTheWire) }, () =>
      table(columns, accepted, 'No event was stored.'),
    );
    const refusal = refusalOfSome(results);
    if (refusal !== null) throw refusal;
  }
}

/** The event as REST takes it: a document that says its event type is one; any other is the data of one. */
function eventFrom(document: unknown, eventType: string | undefined, options: PublishOptions): unknown {
  if (typeof document === 'object' && document !== null && 'event_type' in document) return document;
  if (eventType === undefined) throw new WrongUse('give an event type, or whole events that say theirs');
  if (options.account === undefined) throw new WrongUse('give the account by --account');
  return {
    event_type: eventType,
    environment: options.environment ?? 'production',
    account_id: options.account,
    ...(options.timestamp === undefined ? {} : { timestamp: options.timestamp }),
    data: document,
  };
}

/** Publishes in batches of REST's size, each event on its own; of many, each is remembered by the key and its place. */
async function publishAll(
  publish: PublishEvent,
  inputs: readonly unknown[],
  idempotencyKey: string | undefined,
  many: boolean,
): Promise<PublishResult[]> {
  if (!many) return [await publish.publish(inputs[0], operator, idempotencyKey)];
  const results: PublishResult[] = [];
  for (let start = 0; start < inputs.length; start += maximumBatch) {
    const batch = inputs.slice(start, start + maximumBatch);
    results.push(...(await publish.publishBatch(batch, operator, idempotencyKey, start)));
  }
  return results;
}
