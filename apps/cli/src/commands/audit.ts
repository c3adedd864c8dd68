/** `belfry audit`: who changed what. */
import type { AuditEntry } from '@belfry/contract';
import type { CommandContext } from '../command-context.js';
import { WrongUse } from '../failure.js';
import { readAccountId } from '../input.js';
import { listVerb, showList } from '../list.js';
import type { Column } from '../table.js';

const columns: readonly Column<AuditEntry>[] = [
  { heading: 'AT', value: ({ at }) => at },
  { heading: 'WHO', dropped: 2, value: ({ actor }) => `${actor.kind} ${actor.id}` },
  { heading: 'WHAT', value: ({ action }) => action },
  {
    heading: 'CHANGES',
    dropped: 1,
    value: ({ changes }) =>
      changes
        .map(
          ({ pointer, before, after }) => `${pointer}: ${JSON.stringify(before)} → ${JSON.stringify(after)}`,
        )
        .join('; '),
  },
];

export const auditCommand = (context: CommandContext) =>
  listVerb('audit', 'Show who changed what in an account, newest first', [
    'belfry audit 42 --limit 20',
    'belfry audit --platform --all --json',
  ])
    .argument('[account]', "The account's ID; leave it out with --platform", readAccountId)
    .option('--platform', 'Show changes that belong to no account, such as keys that reach all accounts')
    .action(async (account, options) => {
      if ((account === undefined) !== (options.platform === true))
        throw new WrongUse(
          'give either the ID of an account, or --platform for changes that belong to no account',
        );
      const { audit } = await context.backend();
      await showList(options, 'entries', columns, 'There are no changes.', (part) =>
        audit.list(account ?? null, part),
      );
    });
