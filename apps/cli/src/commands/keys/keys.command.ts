import { Command } from 'nest-commander';
import { CommandGroup } from '../belfry-command.js';
import { CreateKeyCommand } from './create-key.command.js';
import { ListKeysCommand } from './list-keys.command.js';
import { RevokeKeyCommand } from './revoke-key.command.js';

/** API keys. */
@Command({
  name: 'keys',
  description: 'the keys for the REST API',
  subCommands: [CreateKeyCommand, ListKeysCommand, RevokeKeyCommand],
})
export class KeysCommand extends CommandGroup {
  protected readonly examples = ['belfry keys create Platform --scope events:publish', 'belfry keys list'];
}
