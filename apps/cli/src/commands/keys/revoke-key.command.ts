import { ApiKeys } from '@belfry/application';
import { SubCommand } from 'nest-commander';
import { notFound } from '../../failure.js';
import { readMadeId } from '../../input/values.js';
import { operator } from '../../workplace/operator.js';
import { BelfryCommand, type JsonOption } from '../belfry-command.js';

/** Revokes an API key. */
@SubCommand({
  name: 'revoke',
  arguments: '<key>',
  description: 'revoke an API key; a running API refuses it within a second',
  argsDescription: { key: 'the id of the key, as `belfry keys list` shows it' },
})
export class RevokeKeyCommand extends BelfryCommand {
  protected readonly examples = ['belfry keys revoke 019ab4e2-7c1d-7a53-9f0e-2b6d8c4e1f00'];

  async run([id]: string[], options: JsonOption): Promise<void> {
    const keyId = readMadeId(id, 'key');
    const { app } = await this.workplace.open();
    if (!(await app.get(ApiKeys).revoke(keyId, operator))) throw notFound('API key');
    this.output.show(options, { key_id: keyId, revoked: true }, () => `The key ${keyId} is revoked.`);
  }
}
