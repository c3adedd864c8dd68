import { z } from 'zod';
import { parseEmailAddress } from './email-address.js';
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

const email = z
  .string({ error: (issue) => (issue.input === undefined ? 'is required' : 'must be an e-mail address') })
  .transform((text, context) => {
    const parsed = parseEmailAddress(text);
    if (parsed.ok) return parsed.value;
    context.addIssue({ code: 'custom', message: parsed.problems[0]!.message });
    return z.NEVER;
  });

const accountSchema = z.strictObject(
  {
    account_name: nameText,
    primary_contact: z.strictObject({ name: nameText.nullish(), email }, { error: objectMessage }),
  },
  { error: objectMessage },
);

/** Reads what an account is to be: `{account_name, primary_contact: {name?, email}}`. */
export function parseAccount(accountId: number, input: unknown): Result<Account> {
  const parsed = parseWith(accountSchema, input);
  if (!parsed.ok) return parsed;
  const { account_name: accountName, primary_contact: contact } = parsed.value;
  return {
    ok: true,
    value: { accountId, accountName, primaryContact: { name: contact.name ?? null, email: contact.email } },
  };
}
