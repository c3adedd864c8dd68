import { AccountStore, EventStore, type EventSummary } from '@belfry/application';
import { platformCatalogue } from '@belfry/domain';
import { Option, SubCommand } from 'nest-commander';
import { notFound } from '../../failure.js';
import { readPage } from '../../input/pages.js';
import { isMadeId, readAccountId, readTime, readWord } from '../../input/values.js';
import { table, type Column } from '../../output/table.js';
import { ListCommand, type ListOptions } from '../list-command.js';

interface ListEventsOptions extends ListOptions {
  readonly eventType?: string;
  readonly from?: Date;
  readonly to?: Date;
}

const columns: readonly Column<EventSummary>[] = [
  { heading: 'ACCEPTED', dropped: 2, value: ({ acceptedAt }) => acceptedAt },
  { heading: 'EVENT', value: ({ eventId }) => eventId },
  { heading: 'EVENT TYPE', value: ({ eventType }) => eventType },
  { heading: 'ENVIRONMENT', dropped: 1, value: ({ environment }) => environment },
];

/** Lists the events of an account. */
@SubCommand({
  name: 'list',
  arguments: '<account>',
  description: 'list the events of an account, newest first',
  argsDescription: { account: "the account's id" },
})
export class ListEventsCommand extends ListCommand {
  protected readonly examples = [
    'belfry events list 42',
    'belfry events list 42 --event-type run_failed --from 2026-11-24T00:00:00Z --all --json',
  ];

  async run([id]: string[], options: ListEventsOptions): Promise<void> {
    const accountId = readAccountId(id);
    const past = await this.idBeforePage(options, isMadeId);
    const { app, composition } = await this.workplace.open();
    const { eventType, from, to } = options;
    const { items, next_cursor } = await readPage<EventSummary>(composition, options, past, (limit, id) =>
      app.get(EventStore).list(accountId, { eventType, from, to }, limit, id),
    );
    if (items.length === 0 && (await app.get(AccountStore).find(accountId)) === null)
      throw notFound('account');
    this.output.show(options, { events: items.map(composition.eventOnTheWire), next_cursor }, () =>
      table(columns, items, 'There are no such events.'),
    );
    this.remarkMore(options, next_cursor);
  }

  @Option({
    flags: '--event-type <key>',
    description: 'only of this event type',
    choices: [...platformCatalogue.keys],
  })
  readEventType(text: string): string {
    return readWord(text, platformCatalogue.keys);
  }

  @Option({ flags: '--from <time>', description: 'accepted at this time or later' })
  readFrom(text: string): Date {
    return readTime(text);
  }

  @Option({ flags: '--to <time>', description: 'accepted before this time' })
  readTo(text: string): Date {
    return readTime(text);
  }
}
