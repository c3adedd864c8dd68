import { Command } from 'nest-commander';
import { CommandGroup } from '../belfry-command.js';
import { DeleteAccountCommand } from './delete-account.command.js';
import { ForgetRecipientCommand } from './forget-recipient.command.js';
import { GetAccountCommand } from './get-account.command.js';
import { ListAccountsCommand } from './list-accounts.command.js';
import { PutAccountCommand } from './put-account.command.js';

/** Accounts: the Company tab. */
@Command({
  name: 'accounts',
  description: 'the organizations that events belong to, with their primary contacts',
  subCommands: [
    ListAccountsCommand,
    GetAccountCommand,
    PutAccountCommand,
    DeleteAccountCommand,
    ForgetRecipientCommand,
  ],
})
export class AccountsCommand extends CommandGroup {
  protected readonly examples = ['belfry accounts list', 'belfry accounts get 42'];
}
