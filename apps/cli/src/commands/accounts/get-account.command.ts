import { AccountStore } from '@belfry/application';
import { SubCommand } from 'nest-commander';
import { notFound } from '../../failure.js';
import { readAccountId } from '../../input/values.js';
import { BelfryCommand, type JsonOption } from '../belfry-command.js';
import { accountRecord } from './account-record.js';

/** Shows an account. */
@SubCommand({
  name: 'get',
  arguments: '<account>',
  description: 'show an account with its primary contact',
  argsDescription: { account: "the account's id" },
})
export class GetAccountCommand extends BelfryCommand {
  protected readonly examples = ['belfry accounts get 42'];

  async run([id]: string[], options: JsonOption): Promise<void> {
    const accountId = readAccountId(id);
    const { app, composition } = await this.workplace.open();
    const account = await app.get(AccountStore).find(accountId);
    if (account === null) throw notFound('account');
    this.output.show(options, composition.accountOnTheWire(account), () => accountRecord(account));
  }
}
