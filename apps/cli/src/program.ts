/** The command line as a whole: its nouns, and how one command is run. */
import { platformCatalogue } from '@belfry/domain';
import { Option, type CommandUnknownOpts } from '@commander-js/extra-typings';
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
      'Works on the database that the API uses: DATABASE_URL, or the embedded one in DATA_DIR.\n' +
      'With BELFRY_URL and BELFRY_KEY, or --url and --key, it asks an API over HTTP instead.',
    [
      'belfry seed',
      'belfry events publish tenant_created --account 42 --data @tenant.json',
      'belfry deliveries list 42 --status failed',
      'BELFRY_URL=https://belfry.example.com belfry deliveries list 42',
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
  )
    .version(version, '-V, --version', 'Show the version')
    .addOption(new Option('--url <url>', 'Ask the API at this URL, not the database').env('BELFRY_URL'))
    .addOption(
      new Option(
        '--key <key>',
        'The API key for it. Other users of this machine can see it on a command line: prefer the variable',
      ).env('BELFRY_KEY'),
    )
    .hook('preAction', (program) => context.ask({ ...given(program, 'url'), ...given(program, 'key') }));
}

/** What an option was given, and by what. An empty variable counts as not set. */
function given(program: CommandUnknownOpts, name: string) {
  const value = program.getOptionValue(name) as string | undefined;
  if (value === undefined || value === '') return {};
  const isTyped = program.getOptionValueSource(name) === 'cli';
  return { [name]: { value, name: isTyped ? `--${name}` : `BELFRY_${name.toUpperCase()}` } };
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
