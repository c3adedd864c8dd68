import { Erase } from '@belfry/application';
import { SubCommand } from 'nest-commander';
import { invalid, notFound, Refusal } from '../../failure.js';
import { readAccountId } from '../../input/values.js';
import { operator } from '../../workplace/operator.js';
import { BelfryCommand, type JsonOption } from '../belfry-command.js';

/** Erases a person's address from an account. */
@SubCommand({
  name: 'forget',
  arguments: '<account> <address>',
  description:
    "erase a person's e-mail address from an account: its lists, deliveries, attempts and audit log",
  argsDescription: { account: "the account's id", address: "the person's e-mail address" },
})
export class ForgetRecipientCommand extends BelfryCommand {
  protected readonly examples = ['belfry accounts forget 42 ada@example.com'];
  protected override readonly details =
    'Queued mails to the address are not sent. Deliveries stay, without the address. The address of the\n' +
    'primary contact is refused: give the account another one first, with `accounts put`.';

  async run([id, email]: string[], options: JsonOption): Promise<void> {
    const accountId = readAccountId(id);
    const { app } = await this.workplace.open();
    const result = await app.get(Erase).recipient(accountId, { email }, operator, Infinity);
    if (result.status === 'invalid') throw invalid(result.problems);
    if (result.status === 'unknown_account') throw notFound('account');
    if (result.status === 'primary_contact')
      throw new Refusal(
        'this is the address of the primary contact, and an account must have one: set another with `accounts put` first',
      );
    this.output.show(options, { account_id: accountId, erased: true }, () => 'The address was erased.');
  }
}
