/** The command line as a whole: its nouns, and how one command is run. */
import { platformCatalogue } from '@belfry/domain';
import { root } from './command.js';
import { CommandContext } from './command-context.js';
import { accountsCommand } from './commands/accounts.js';
import { auditCommand } from './commands/audit.js';
import { completionCommand } from './commands/completion.js';
import { migrateCommand, seedCommand } from './commands/database.js';
import { deliveriesCommand } from './commands/deliveries.js';
import { doctorCommand } from './commands/doctor.js';
import { eventTypesCommand } from './commands/event-types.js';
import { eventsCommand } from './commands/events.js';
import { keysCommand } from './commands/keys.js';
import { listenCommand } from './commands/listen.js';
import { portalLinkCommand } from './commands/portal-link.js';
import { settingsCommand } from './commands/settings.js';
import { statisticsCommand } from './commands/statistics.js';
import { webhookCommand } from './commands/webhook.js';
import { exitCodes, reportFailure } from './failure.js';

/** All commands; help lists them in this order. */
function programFor(context: CommandContext, version: string) {
  return root(
    'belfry',
    'Publish events, see who they were delivered to, and choose who is notified.\n\n' +
      'Works on the database that the API uses: DATABASE_URL, or the embedded one in DATA_DIR.',
    [
      'belfry seed',
      'belfry events publish tenant_created --account 42 --data @tenant.json',
      'belfry deliveries list 42 --status failed',
    ],
    [
      accountsCommand(context),
      settingsCommand(context),
      eventsCommand(context),
      deliveriesCommand(context),
      webhookCommand(context),
      statisticsCommand(context),
      eventTypesCommand(context),
      keysCommand(context),
      auditCommand(context),
      portalLinkCommand(context),
      migrateCommand(context),
      seedCommand(context),
      listenCommand(),
      doctorCommand(context),
      completionCommand(),
    ],
  ).version(version, '-V, --version', 'Show the version');
}

/**
 * Runs the command that `process.argv` holds, and closes what it opened. Returns the exit code; a failure has been said
 * on standard error by then.
 */
export async function runCommand(version: string): Promise<number> {
  const context = new CommandContext(platformCatalogue);
  let exitCode: number = exitCodes.done;
  const fail = (error: unknown) => {
    exitCode = reportFailure(error);
  };
  await programFor(context, version).parseAsync().catch(fail);
  await context.close().catch(fail);
  return exitCode;
}
