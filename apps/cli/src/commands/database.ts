/** `belfry migrate` and `belfry seed`: the database before there is anything in it. */
import { verb } from '../command.js';
import type { CommandContext } from '../command-context.js';
import { show } from '../output.js';
import { record } from '../table.js';

export const migrateCommand = (context: CommandContext) =>
  verb('migrate', 'Apply missing migrations to the database, and list them', [
    'belfry migrate',
    'DATABASE_URL=postgres://belfry:password@db.example.com/belfry belfry migrate',
  ]).action(async (options) => {
    const applied = await (await context.maintenance()).migrate();
    show(options, { applied }, () =>
      applied.length === 0
        ? 'No migrations were missing.'
        : applied.map((name) => `applied ${name}`).join('\n'),
    );
  });

export const seedCommand = (context: CommandContext) =>
  verb(
    'seed',
    'Create the sample account for development, with its first key',
    ['belfry seed'],
    'If the account already exists, its webhooks are pointed at this machine.',
  ).action(async (options) => {
    const seeded = await (await context.maintenance()).seed();
    show(options, seeded, () =>
      record([
        ['account', seeded.account_id],
        ['webhook URL', seeded.webhook_url],
        ['key', seeded.key ?? 'the account already existed: create a key with `belfry keys create`'],
      ]),
    );
  });
