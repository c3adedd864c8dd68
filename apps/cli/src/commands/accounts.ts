/** `belfry accounts`: the organizations that events belong to, with their primary contacts. */
import type { Account } from '@belfry/contract';
import { accountText, group, verb } from '../command.js';
import type { CommandContext } from '../command-context.js';
import { namingOptions, Refusal } from '../failure.js';
import { ask, readAccountId, requireTerminal } from '../input.js';
import { listVerb, showList } from '../list.js';
import { remark, show } from '../output.js';
import { record, type Column } from '../table.js';

export const accountsCommand = (context: CommandContext) =>
  group(
    'accounts',
    'Manage accounts and their primary contacts',
    ['belfry accounts list', 'belfry accounts get 42'],
    [list(context), get(context), put(context), erase(context), forget(context)],
  );

const columns: readonly Column<Account>[] = [
  { heading: 'ACCOUNT', value: ({ account_id }) => account_id },
  { heading: 'NAME', value: ({ account_name }) => account_name },
  { heading: 'PRIMARY CONTACT', dropped: 2, value: ({ primary_contact }) => primary_contact.email },
  { heading: 'UPDATED', dropped: 1, value: ({ updated_at }) => updated_at },
];

const list = (context: CommandContext) =>
  listVerb('list', 'List accounts, ordered by ID', [
    'belfry accounts list',
    'belfry accounts list --all --json',
  ]).action(async (options) => {
    const { accounts } = await context.backend();
    await showList(options, 'accounts', columns, 'There are no accounts.', (part) => accounts.list(part));
  });

const get = (context: CommandContext) =>
  verb('get', 'Show an account and its primary contact', ['belfry accounts get 42'])
    .argument('<account>', accountText, readAccountId)
    .action(async (accountId, options) => {
      const { accounts } = await context.backend();
      const account = await accounts.get(accountId);
      show(options, account, () => accountRecord(account));
    });

/** The options by the fields that they fill. */
const optionOf: Readonly<Record<string, string>> = {
  '/account_name': '--name',
  '/primary_contact/email': '--contact-email',
  '/primary_contact/name': '--contact-name',
};

const put = (context: CommandContext) =>
  verb('put', 'Create or replace an account', [
    "belfry accounts put 42 --name 'Acme Inc' --contact-email pat@acme.example.com --contact-name 'Pat Doe'",
  ])
    .argument('<account>', "The account's ID on the platform", readAccountId)
    .requiredOption('--name <name>', "The account's name")
    .requiredOption('--contact-email <address>', "The primary contact's email address")
    .option('--contact-name <name>', "The primary contact's name")
    .action(async (accountId, options) => {
      const { accounts } = await context.backend();
      const { account, created } = await namingOptions(
        (pointer) => optionOf[pointer],
        accounts.put(accountId, {
          account_name: options.name,
          primary_contact: {
            email: options.contactEmail,
            ...(options.contactName === undefined ? {} : { name: options.contactName }),
          },
        }),
      );
      show(options, account, () => accountRecord(account));
      remark(options, `The account was ${created ? 'created' : 'replaced'}.`);
    });

const erase = (context: CommandContext) =>
  verb(
    'delete',
    'Erase an account and everything stored for it',
    ['belfry accounts delete 42', 'belfry accounts delete 42 --yes'],
    'You are asked to type its ID. Settings, contact, subscribers, events, deliveries, attempts, keys, links and sessions\n' +
      'are permanently deleted, and what is queued is not sent. The audit log keeps who did what, and when.\n' +
      'If the command is stopped halfway, an API or a worker finishes the work.',
  )
    .argument('<account>', accountText, readAccountId)
    .option('--yes', 'Erase it without asking')
    .action(async (accountId, options) => {
      if (!options.yes) requireTerminal('add --yes to erase the account without being asked');
      const { accounts } = await context.backend();
      const { account_name } = await accounts.get(accountId);
      if (!options.yes) {
        const question = `This erases account ${accountId} (${JSON.stringify(account_name)}) for good. Type its ID to continue: `;
        if ((await ask(question)) !== String(accountId))
          throw new Refusal('that is not its ID: nothing was erased');
      }
      await accounts.erase(accountId);
      show(options, { account_id: accountId, erased: true }, () => 'The account was erased.');
    });

const forget = (context: CommandContext) =>
  verb(
    'forget',
    "Erase a person's email address from an account",
    ['belfry accounts forget 42 ada@example.com'],
    'The address is removed from the lists, deliveries, attempts and audit log. Queued mails to it are not sent. Deliveries\n' +
      "stay, without the address. The primary contact's address is refused: first give the account another one, with\n" +
      '`belfry accounts put`.',
  )
    .argument('<account>', accountText, readAccountId)
    .argument('<address>', "The person's email address")
    .action(async (accountId, address, options) => {
      const { accounts } = await context.backend();
      await accounts.forget(accountId, address);
      show(options, { account_id: accountId, erased: true }, () => 'The address was erased.');
    });

function accountRecord(account: Account): string {
  return record([
    ['account', account.account_id],
    ['name', account.account_name],
    ['primary contact', account.primary_contact.email],
    ['contact name', account.primary_contact.name],
    ['created', account.created_at],
    ['updated', account.updated_at],
  ]);
}
