/** `belfry keys`: the keys for the REST API. */
import { scopes, type Scope } from '@belfry/domain';
import { Option } from '@commander-js/extra-typings';
import type { ApiKey } from '@belfry/contract';
import { group, verb } from '../command.js';
import type { CommandContext } from '../command-context.js';
import { InvalidInput, notFound, wrongOptions } from '../failure.js';
import { idOf, readAccountOption, readWords } from '../input.js';
import { listVerb, showList } from '../list.js';
import { remark, show } from '../output.js';
import { record, type Column } from '../table.js';

export const keysCommand = (context: CommandContext) =>
  group(
    'keys',
    'Manage keys for the REST API',
    ['belfry keys create Platform --scope events:publish', 'belfry keys list'],
    [create(context), list(context), revoke(context)],
  );

/** The options and the argument by the fields that they fill. */
const optionOf: Readonly<Record<string, string>> = {
  '/name': '<name>',
  '/account_id': '--account',
  '/scopes': '--scope',
};

const create = (context: CommandContext) =>
  verb('create', 'Create an API key; it is shown only once', [
    'belfry keys create Platform --scope events:publish,accounts:write',
    "belfry keys create 'Acme, read only' --account 42 --scope settings:read,deliveries:read",
  ])
    .argument('<name>', 'What the key is for')
    .option('--account <id>', 'The only account that the key can reach (default: all)', readAccountOption)
    .addOption(
      new Option('--scope <scopes>', 'What the key may do, comma-separated')
        .choices(scopes)
        // eslint-disable-next-line @typescript-eslint/no-useless-default-assignment -- there is none before the first
        .argParser((text, before: readonly Scope[] = []): readonly Scope[] => [
          ...before,
          ...readWords(text, scopes),
        ])
        .makeOptionMandatory(),
    )
    .action(async (name, options) => {
      const { keys } = await context.backend();
      const created = await keys
        .create({ name, account_id: options.account ?? null, scopes: [...options.scope] })
        .catch((error: unknown) => {
          if (!(error instanceof InvalidInput)) throw error;
          // The ID was read as one already: the only thing wrong with it is that no account has it.
          if (error.problems.every(({ pointer }) => pointer === '/account_id')) throw notFound('account');
          throw wrongOptions(error.problems, (pointer) => optionOf[pointer]);
        });
      show(options, created, () =>
        record([
          ['id', created.key_id],
          ['name', created.name],
          ['account', created.account_id ?? 'all'],
          ['scopes', created.scopes.join(', ')],
          ['key', created.key],
        ]),
      );
      remark(options, 'Save the key now: it is not stored, and cannot be shown again.');
    });

const columns: readonly Column<ApiKey>[] = [
  { heading: 'KEY', value: ({ key_id }) => key_id },
  { heading: 'NAME', value: ({ name }) => name },
  { heading: 'ACCOUNT', dropped: 4, value: ({ account_id }) => account_id ?? 'all' },
  { heading: 'CREATED', dropped: 2, value: ({ created_at }) => created_at },
  { heading: 'LAST USED', dropped: 1, value: ({ last_used_at }) => last_used_at },
  { heading: 'SCOPES', dropped: 3, value: ({ scopes: granted }) => granted.join(', ') },
];

const list = (context: CommandContext) =>
  listVerb('list', 'List API keys, newest first, without the keys themselves', ['belfry keys list']).action(
    async (options) => {
      const { keys } = await context.backend();
      await showList(options, 'api_keys', columns, 'There are no keys.', (part) => keys.list(part));
    },
  );

const revoke = (context: CommandContext) =>
  verb('revoke', 'Revoke an API key; a running API refuses it within a second', [
    'belfry keys revoke 019ab4e2-7c1d-7a53-9f0e-2b6d8c4e1f00',
  ])
    .argument('<key>', "The key's ID, as shown by `belfry keys list`", idOf('key'))
    .action(async (keyId, options) => {
      const { keys } = await context.backend();
      await keys.revoke(keyId);
      show(options, { key_id: keyId, revoked: true }, () => `The key ${keyId} was revoked.`);
    });
