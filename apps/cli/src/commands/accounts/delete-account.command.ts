import { AccountStore, Erase } from '@belfry/application';
import { Option, SubCommand } from 'nest-commander';
import { createInterface } from 'node:readline/promises';
import { notFound, Refusal, WrongUse } from '../../failure.js';
import { readAccountId } from '../../input/values.js';
import { operator } from '../../workplace/operator.js';
import { BelfryCommand, type JsonOption } from '../belfry-command.js';

interface DeleteOptions extends JsonOption {
  readonly yes?: boolean;
}

/** Erases an account. */
@SubCommand({
  name: 'delete',
  arguments: '<account>',
  description: 'erase an account and everything that is stored for it; you confirm by typing its id',
  argsDescription: { account: "the account's id" },
})
export class DeleteAccountCommand extends BelfryCommand {
  protected readonly examples = ['belfry accounts delete 42', 'belfry accounts delete 42 --yes'];
  protected override readonly details =
    'Settings, contact, subscribers, events, deliveries, attempts, keys, links and sessions are gone for good, and what is\n' +
    'queued is not sent. The audit log keeps who did what and when. If the command is stopped half-way, an API or a worker finishes the work.';

  async run([id]: string[], options: DeleteOptions): Promise<void> {
    const accountId = readAccountId(id);
    if (options.yes !== true && !process.stdin.isTTY)
      throw new WrongUse(
        'this is not a terminal, so nobody can confirm: add --yes to erase the account without being asked',
      );
    const { app } = await this.workplace.open();
    const account = await app.get(AccountStore).find(accountId);
    if (account === null) throw notFound('account');
    if (options.yes !== true) await confirm(accountId, account.accountName);
    if (!(await app.get(Erase).account(accountId, operator, Infinity))) throw notFound('account');
    this.output.show(options, { account_id: accountId, erased: true }, () => 'The account was erased.');
  }

  @Option({ flags: '--yes', description: 'erase it without asking' })
  readYes(): boolean {
    return true;
  }
}

async function confirm(accountId: number, name: string): Promise<void> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const typed = await terminal.question(
      `This erases account ${accountId} (${JSON.stringify(name)}) for good. Type its id to go on: `,
    );
    if (typed.trim() !== String(accountId)) throw new Refusal('that is not its id: nothing was erased');
  } finally {
    terminal.close();
  }
}
