import { z } from 'zod';
import { emailText } from './email-address.js';
import { nameText } from './fields.js';
import { parseWith, type Result } from './problem.js';

/** The person who receives every notification of an account. */
export interface PrimaryContact {
  readonly name: string | null;
  readonly email: string;
}

/** An account: the organization that events belong to. It can't be without a primary contact. */
export interface Account {
  readonly accountId: number;
  readonly accountName: string;
  readonly primaryContact: PrimaryContact;
}

const objectMessage = (issue: { input?: unknown }) =>
  issue.input === undefined ? 'is required' : 'must be an object';

/** What an account is to be, as callers write it. */
export const accountInput = z.strictObject(
  {
    account_name: nameText,
    primary_contact: z.strictObject({ name: nameText.nullish(), email: emailText }, { error: objectMessage }),
  },
  { error: objectMessage },
);

/** Reads what an account is to be: `{account_name, primary_contact: {name?, email}}`. */
export function parseAccount(accountId: number, input: unknown): Result<Account> {
  const parsed = parseWith(accountInput, input);
  if (!parsed.ok) return parsed;
  const { account_name: accountName, primary_contact: contact } = parsed.value;
  return {
    ok: true,
    value: { accountId, accountName, primaryContact: { name: contact.name ?? null, email: contact.email } },
  };
}
