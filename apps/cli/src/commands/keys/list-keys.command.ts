import { ApiKeys, type StoredApiKey } from '@belfry/application';
import { SubCommand } from 'nest-commander';
import { readPage } from '../../input/pages.js';
import { isMadeId } from '../../input/values.js';
import { table, type Column } from '../../output/table.js';
import { operator } from '../../workplace/operator.js';
import { ListCommand, type ListOptions } from '../list-command.js';

const columns: readonly Column<StoredApiKey>[] = [
  { heading: 'KEY', value: ({ keyId }) => keyId },
  { heading: 'NAME', value: ({ name }) => name },
  { heading: 'ACCOUNT', dropped: 4, value: ({ accountId }) => accountId ?? 'all' },
  { heading: 'CREATED', dropped: 2, value: ({ createdAt }) => createdAt },
  { heading: 'LAST USED', dropped: 1, value: ({ lastUsedAt }) => lastUsedAt },
  { heading: 'SCOPES', dropped: 3, value: ({ scopes }) => scopes.join(', ') },
];

/** Lists the API keys. */
@SubCommand({ name: 'list', description: 'list the API keys, newest first; never the keys themselves' })
export class ListKeysCommand extends ListCommand {
  protected readonly examples = ['belfry keys list'];

  async run(_arguments: string[], options: ListOptions): Promise<void> {
    const past = await this.idBeforePage(options, isMadeId);
    const { app, composition } = await this.workplace.open();
    const { items, next_cursor } = await readPage<StoredApiKey>(composition, options, past, (limit, id) =>
      app.get(ApiKeys).list(operator, limit, id),
    );
    this.output.show(options, { api_keys: items.map(composition.apiKeyOnTheWire), next_cursor }, () =>
      table(columns, items, 'There are no keys.'),
    );
    this.remarkMore(options, next_cursor);
  }
}
