import { ApiKeys, scopes, type Scope } from '@belfry/application';
import { Option, SubCommand } from 'nest-commander';
import { invalidOptions, notFound } from '../../failure.js';
import { readAccountOption, readWords } from '../../input/values.js';
import { record } from '../../output/table.js';
import { operator } from '../../workplace/operator.js';
import { BelfryCommand, type JsonOption } from '../belfry-command.js';

interface CreateKeyOptions extends JsonOption {
  readonly account?: number;
  readonly scope: readonly Scope[];
}

/** The options and the argument by the fields that they are. */
const optionOf: Readonly<Record<string, string>> = {
  '/name': '<name>',
  '/account_id': '--account',
  '/scopes': '--scope',
};

/** Makes an API key. */
@SubCommand({
  name: 'create',
  arguments: '<name>',
  description: 'make an API key; it is shown only once, now',
  argsDescription: { name: 'what the key is for' },
})
export class CreateKeyCommand extends BelfryCommand {
  protected readonly examples = [
    'belfry keys create Platform --scope events:publish,accounts:write',
    "belfry keys create 'Acme, read only' --account 42 --scope settings:read,deliveries:read",
  ];

  async run([name]: string[], options: CreateKeyOptions): Promise<void> {
    const { app, composition } = await this.workplace.open();
    const input = { name, account_id: options.account ?? null, scopes: options.scope };
    const result = await app.get(ApiKeys).create(input, operator);
    if (result.status === 'invalid') {
      // The id was read as one already: what is wrong with it is that nobody has it.
      if (result.problems.every(({ pointer }) => pointer === '/account_id')) throw notFound('account');
      throw invalidOptions(result.problems, (pointer) => optionOf[pointer]);
    }
    const { stored, key } = result;
    this.output.show(options, { ...composition.apiKeyOnTheWire(stored), key }, () =>
      record([
        ['id', stored.keyId],
        ['name', stored.name],
        ['account', stored.accountId ?? 'all'],
        ['scopes', stored.scopes.join(', ')],
        ['key', key],
      ]),
    );
    if (options.json !== true)
      this.output.remark("Keep the key now: it is not stored and can't be shown again.");
  }

  @Option({ flags: '--account <id>', description: 'the only account that the key can reach (default: all)' })
  readAccount(text: string): number {
    return readAccountOption(text);
  }

  @Option({
    flags: '--scope <scopes>',
    description: 'what the key may do, comma-separated',
    choices: [...scopes],
    required: true,
  })
  readScope(text: string, before: readonly Scope[] = []): readonly Scope[] {
    return [...before, ...readWords(text, scopes)];
  }
}
