import { Injectable } from '@nestjs/common';
import { InjectCommander } from 'nest-commander';
import { examplesText, type CommanderCommand } from './commands/belfry-command.js';

/** What `belfry --help` says above and below its commands. */
@Injectable()
export class RootHelp {
  constructor(@InjectCommander() commander: CommanderCommand) {
    commander
      .name('belfry')
      .description(
        'Notifications and webhooks: publish events, see what happened to them, and set who is notified.\n' +
          'Uses the database that the API uses: DATABASE_URL, or the embedded one under DATA_DIR.',
      )
      .exitOverride()
      .showHelpAfterError('Add --help to see how it is used.')
      .addHelpText(
        'after',
        examplesText([
          'belfry seed',
          'belfry events publish tenant_created --account 42 --data @tenant.json',
          'belfry deliveries list 42 --status failed',
        ]),
      );
  }
}
