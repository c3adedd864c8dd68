import { PublishEvent, type PublishResult } from '@belfry/application';
import { environmentText, platformCatalogue } from '@belfry/domain';
import { Option, SubCommand } from 'nest-commander';
import { InvalidValue, WrongUse } from '../../failure.js';
import { parseDocuments, readData } from '../../input/json-data.js';
import { readAccountOption, readEventType, readTime } from '../../input/values.js';
import { written } from '../../output/numbers.js';
import { table, type Column } from '../../output/table.js';
import { operator } from '../../workplace/operator.js';
import { BelfryCommand, type JsonOption } from '../belfry-command.js';
import { publishInBatches } from './publish-in-batches.js';
import { refusalOf, refusalOfSome, resultOnTheWire, endedEarly } from './published.js';

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

/** Of more events a table would push everything else off the screen. */
const longestTable = 20;

/** Publishes events. */
@SubCommand({
  name: 'publish',
  arguments: '[event_type]',
  description: 'publish one event, or many, from --data or standard input',
  argsDescription: { event_type: `one of ${platformCatalogue.keys.join(', ')}` },
})
export class PublishEventCommand extends BelfryCommand {
  protected override readonly details =
    'Standard input may hold many events, one per line. A line with event_type is a whole event as in the REST API,\n' +
    'and the options do not apply to it; any other line is the data of one event. Deliveries start once an API or a worker runs.';
  protected readonly examples = [
    'belfry events publish integration_created --account 42 --data \'{"integration_id":3,"integration_name":"CRM sync"}\'',
    'belfry events publish run_failed --account 42 --environment staging --data @run.json --idempotency-key run-901',
    'belfry events publish tenant_created --account 42 < tenants.ndjson',
    'belfry events publish < whole-events.ndjson',
  ];

  async run([word]: string[], options: PublishOptions): Promise<void> {
    const eventType = word === undefined ? undefined : readEventType(word);
    const { documents, many } = parseDocuments(await readData(options.data));
    const inputs = documents.map((document) => eventFrom(document, eventType, options));
    const { app } = await this.workplace.open();
    const publish = app.get(PublishEvent);
    if (many) return this.publishMany(publish, inputs, options);
    const result = await publish.publish(inputs[0], operator, options.idempotencyKey);
    if (result.status !== 'accepted') throw refusalOf(result, isWhole(documents[0]));
    const document = { event_id: result.eventId, deliveries: result.deliveries };
    this.output.show(options, document, () => table(columns, [result], ''));
  }

  private async publishMany(
    publish: PublishEvent,
    inputs: readonly unknown[],
    options: PublishOptions,
  ): Promise<void> {
    const progress = this.output.progress();
    const { results, failure } = await publishInBatches(publish, inputs, options.idempotencyKey, (done) =>
      progress.show(`${written(done)} of ${written(inputs.length)} events`),
    );
    progress.end();
    const accepted = results.filter((result): result is Accepted => result.status === 'accepted');
    this.output.show(options, { results: results.map(resultOnTheWire) }, () =>
      accepted.length > longestTable ? summary(accepted) : table(columns, accepted, 'No event was stored.'),
    );
    if (results.length < inputs.length) {
      throw endedEarly(results, inputs.length, options.idempotencyKey !== undefined, failure);
    }
    const refusal = refusalOfSome(results);
    if (refusal !== null) throw refusal;
  }

  @Option({ flags: '--account <id>', description: 'the account that the event belongs to' })
  readAccount(text: string): number {
    return readAccountOption(text);
  }

  @Option({ flags: '--environment <name>', description: 'where the event occurred (default: production)' })
  readEnvironment(text: string): string {
    if (environmentText.safeParse(text).success) return text;
    throw new InvalidValue('It must be 1 to 64 of the characters A-Z a-z 0-9 . _ -');
  }

  @Option({ flags: '--timestamp <time>', description: 'when it occurred, RFC 3339 (default: now)' })
  readTimestamp(text: string): string {
    return readTime(text).toISOString();
  }

  @Option({
    flags: '--idempotency-key <key>',
    description: 'an event published again with the same key within 24 hours is not stored a second time',
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
}

/** The event as REST takes it: a document that says its event type is one; any other is the data of one. */
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

function summary(accepted: readonly Accepted[]): string {
  const deliveries = accepted.reduce((sum, result) => sum + result.deliveries, 0);
  return `Accepted ${written(accepted.length)} events, with ${written(deliveries)} deliveries.`;
}
