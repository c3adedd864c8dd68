import { AccountStore, AuditLog, type KeptAuditEntry } from '@belfry/application';
import { Command, Option } from 'nest-commander';
import { notFound, WrongUse } from '../failure.js';
import { readPage } from '../input/pages.js';
import { isMadeId, readAccountId } from '../input/values.js';
import { table, type Column } from '../output/table.js';
import { ListCommand, type ListOptions } from './list-command.js';

interface AuditOptions extends ListOptions {
  readonly platform?: boolean;
}

const columns: readonly Column<KeptAuditEntry>[] = [
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

/** Shows who changed what. */
@Command({
  name: 'audit',
  arguments: '[account]',
  description: 'show who changed what in an account, newest first',
  argsDescription: { account: "the account's id (or give --platform)" },
})
export class AuditCommand extends ListCommand {
  protected readonly examples = ['belfry audit 42 --limit 20', 'belfry audit --platform --all --json'];

  async run([account]: string[], options: AuditOptions): Promise<void> {
    if ((account === undefined) !== (options.platform === true))
      throw new WrongUse(
        'give either the id of an account, or --platform for changes that belong to no account',
      );
    const accountId = account === undefined ? null : readAccountId(account);
    const past = await this.idBeforePage(options, isMadeId);
    const { app, composition } = await this.workplace.open();
    const { items, next_cursor } = await readPage<KeptAuditEntry>(composition, options, past, (limit, id) =>
      app.get(AuditLog).list(accountId, limit, id),
    );
    // Of an account that was erased the entries are still there.
    if (items.length === 0 && accountId !== null && (await app.get(AccountStore).find(accountId)) === null)
      throw notFound('account');
    this.output.show(options, { entries: items.map(composition.auditEntryOnTheWire), next_cursor }, () =>
      table(columns, items, 'Nothing was changed.'),
    );
    this.remarkMore(options, next_cursor);
  }

  @Option({
    flags: '--platform',
    description: 'changes that belong to no account, such as keys that reach all accounts',
  })
  readPlatform(): boolean {
    return true;
  }
}
