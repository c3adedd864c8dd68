import { Command } from 'nest-commander';
import { CommandGroup } from '../belfry-command.js';
import { GetEventCommand } from './get-event.command.js';
import { ListEventsCommand } from './list-events.command.js';
import { PublishEventCommand } from './publish-event.command.js';

/** Events: what publishers send. */
@Command({
  name: 'events',
  description: 'publish events, and look at the accepted ones',
  subCommands: [PublishEventCommand, ListEventsCommand, GetEventCommand],
})
export class EventsCommand extends CommandGroup {
  protected readonly examples = [
    'belfry events publish tenant_created --account 42 --data @tenant.json',
    'belfry events list 42',
  ];
}
