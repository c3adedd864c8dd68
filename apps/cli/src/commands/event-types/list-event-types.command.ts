import { platformCatalogue, type EventType } from '@belfry/domain';
import { SubCommand } from 'nest-commander';
import { table, type Column } from '../../output/table.js';
import { BelfryCommand, type JsonOption } from '../belfry-command.js';

const columns: readonly Column<EventType>[] = [
  { heading: 'KEY', value: ({ key }) => key },
  { heading: 'NAME', dropped: 1, value: ({ name }) => name },
  { heading: 'PUBLISHED WHEN', dropped: 2, value: ({ description }) => description },
];

/** Lists the event types. */
@SubCommand({ name: 'list', description: 'list the event types' })
export class ListEventTypesCommand extends BelfryCommand {
  protected readonly examples = ['belfry event-types list'];

  async run(_arguments: string[], options: JsonOption): Promise<void> {
    const { composition, configuration } = await this.workplace.configure();
    const { entries } = platformCatalogue;
    const document = {
      event_types: entries.map((type) =>
        composition.eventTypeOnTheWire(type, platformCatalogue, configuration.sites),
      ),
    };
    this.output.show(options, document, () => table(columns, entries, ''));
  }
}
