import { AccountStore, type StoredAccount } from '@belfry/application';
import { SubCommand } from 'nest-commander';
import { readPage } from '../../input/pages.js';
import { table, type Column } from '../../output/table.js';
import { ListCommand, type ListOptions } from '../list-command.js';

const columns: readonly Column<StoredAccount>[] = [
  { heading: 'ACCOUNT', value: ({ accountId }) => accountId },
  { heading: 'NAME', value: ({ accountName }) => accountName },
  { heading: 'PRIMARY CONTACT', dropped: 2, value: ({ primaryContact }) => primaryContact.email },
  { heading: 'UPDATED', dropped: 1, value: ({ updatedAt }) => updatedAt },
];

/** Lists accounts. */
@SubCommand({ name: 'list', description: 'list the accounts, in the order of their ids' })
export class ListAccountsCommand extends ListCommand {
  protected readonly examples = ['belfry accounts list', 'belfry accounts list --all --json'];

  async run(_arguments: string[], options: ListOptions): Promise<void> {
    const past = await this.idBeforePage(options, (text) => /^\d{1,16}$/.test(text));
    const { app, composition } = await this.workplace.open();
    const { items, next_cursor } = await readPage<StoredAccount>(composition, options, past, (limit, id) =>
      app.get(AccountStore).list(Number(id ?? 0), limit),
    );
    this.output.show(options, { accounts: items.map(composition.accountOnTheWire), next_cursor }, () =>
      table(columns, items, 'There are no accounts.'),
    );
    this.remarkMore(options, next_cursor);
  }
}
