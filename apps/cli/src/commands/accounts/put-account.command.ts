import { ManageAccounts } from '@belfry/application';
import { Option, SubCommand } from 'nest-commander';
import { invalidOptions, Refusal } from '../../failure.js';
import { readAccountId } from '../../input/values.js';
import { operator } from '../../workplace/operator.js';
import { BelfryCommand, type JsonOption } from '../belfry-command.js';
import { accountRecord } from './account-record.js';

interface PutOptions extends JsonOption {
  readonly name: string;
  readonly contactEmail: string;
  readonly contactName?: string;
}

/** The options by the fields that they are. */
const optionOf: Readonly<Record<string, string>> = {
  '/account_name': '--name',
  '/primary_contact/email': '--contact-email',
  '/primary_contact/name': '--contact-name',
};

/** Creates or replaces an account. */
@SubCommand({
  name: 'put',
  arguments: '<account>',
  description: 'create or replace an account',
  argsDescription: { account: "the account's id on the platform" },
})
export class PutAccountCommand extends BelfryCommand {
  protected readonly examples = [
    "belfry accounts put 42 --name 'Acme Inc' --contact-email pat@acme.example.com --contact-name 'Pat Doe'",
  ];

  async run([id]: string[], options: PutOptions): Promise<void> {
    const accountId = readAccountId(id);
    const { app, composition } = await this.workplace.open();
    const result = await app.get(ManageAccounts).put(
      accountId,
      {
        account_name: options.name,
        primary_contact: {
          email: options.contactEmail,
          ...(options.contactName === undefined ? {} : { name: options.contactName }),
        },
      },
      operator,
    );
    if (result.status === 'invalid') throw invalidOptions(result.problems, (pointer) => optionOf[pointer]);
    if (result.status === 'being_erased')
      throw new Refusal('the account that had this id is still being erased: try again in a moment');
    if (result.status === 'version_mismatch') throw new Error('no version was asked for');
    const { account } = result;
    this.output.show(options, composition.accountOnTheWire(account), () => accountRecord(account));
    if (options.json !== true) this.output.remark(`The account was ${result.status}.`);
  }

  @Option({ flags: '--name <name>', description: "the account's name", required: true })
  readName(text: string): string {
    return text;
  }

  @Option({
    flags: '--contact-email <address>',
    description: 'where the primary contact is mailed',
    required: true,
  })
  readContactEmail(text: string): string {
    return text;
  }

  @Option({ flags: '--contact-name <name>', description: "the primary contact's name" })
  readContactName(text: string): string {
    return text;
  }
}
