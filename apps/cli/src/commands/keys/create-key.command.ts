import { ApiKeys, scopes, type Scope } from '@belfry/application';
import { Option, SubCommand } from 'nest-commander';
import { invalid } from '../../failure.js';
import { readAccountOption, readWord } from '../../input/values.js';
import { record } from '../../output/table.js';
import { operator } from '../../workplace/operator.js';
import { BelfryCommand, type JsonOption } from '../belfry-command.js';

interface CreateKeyOptions extends JsonOption {
  readonly account?: number;
  readonly scope: readonly Scope[];
}

/** Makes an API key. */
@SubCommand({
  name: 'create',
  arguments: '<name>',
  description: 'make an API key; it is shown once, now',
  argsDescription: { name: 'what the key is for' },
})
export class CreateKeyCommand extends BelfryCommand {
  protected readonly examples = [
    'belfry keys create Platform --scope events:publish --scope accounts:write',
    "belfry keys create 'Acme, read only' --account 42 --scope settings:read --scope deliveries:read",
  ];

  async run([name]: string[], options: CreateKeyOptions): Promise<void> {
    const { app, composition } = await this.workplace.open();
    const input = { name, account_id: options.account ?? null, scopes: options.scope };
    const result = await app.get(ApiKeys).create(input, operator);
    if (result.status === 'invalid') throw invalid(result.problems);
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
      this.output.remark('Keep the key now: it is not stored and can not be shown again.');
  }

  @Option({ flags: '--account <id>', description: 'the one account that the key reaches (default: all)' })
  readAccount(text: string): number {
    return readAccountOption(text);
  }

  @Option({
    flags: '--scope <scope>',
    description: 'what the key may do; give it once for each',
    choices: [...scopes],
    required: true,
  })
  readScope(text: string, before: readonly Scope[] = []): readonly Scope[] {
    return [...before, readWord(text, scopes)];
  }
}
