import { Command } from 'nest-commander';
import { CommandGroup } from '../belfry-command.js';
import { ListEventTypesCommand } from './list-event-types.command.js';
import { ShowEventTypeCommand } from './show-event-type.command.js';

/** Event types: what can be published, and what receivers will get. */
@Command({
  name: 'event-types',
  description: 'what can be published, and what receivers will get',
  subCommands: [ListEventTypesCommand, ShowEventTypeCommand],
})
export class EventTypesCommand extends CommandGroup {
  protected readonly examples = ['belfry event-types list', 'belfry event-types show run_failed'];
}
