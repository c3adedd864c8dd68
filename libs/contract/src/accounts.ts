/** Accounts: the Company tab. */
import { accountInput, emailText, nameText, platformId } from '@belfry/domain';
import { z } from 'zod';
import { body, email, time } from './fields.js';
import { nextCursor, pagedByPlatformId } from './paging.js';
import { route } from './route.js';

/** What an account is to be. */
export const AccountInput = accountInput.meta({ id: 'AccountInput' });
export type AccountInput = z.infer<typeof AccountInput>;

/** An account. */
export const Account = z
  .object({
    account_id: platformId,
    account_name: nameText,
    primary_contact: z.object({ name: nameText.nullable(), email }),
    created_at: time,
    updated_at: time,
  })
  .meta({ id: 'Account' });
export type Account = z.infer<typeof Account>;

/** A page of accounts. */
export const AccountList = z
  .object({ accounts: z.array(Account), next_cursor: nextCursor })
  .meta({ id: 'AccountList' });
export type AccountList = z.infer<typeof AccountList>;

/** A person whose address is to be erased. */
export const RecipientInput = body({ email: emailText }).meta({ id: 'RecipientInput' });

const tag = 'Accounts';
const path = '/v1/accounts/{account_id}';

/** The routes of accounts. */
export const accountRoutes = {
  putAccount: route({
    method: 'put',
    path,
    summary: 'Create or replace an account.',
    tag,
    access: ['accounts:write'],
    headers: ['If-Match'],
    body: AccountInput,
    checksBody: 'inside',
    answers: { 200: Account, 201: Account },
    problems: [409],
  }),
  eraseAccount: route({
    method: 'delete',
    path,
    summary:
      'Erase an account and everything that is stored for it; this needs a key that is not bound to an account. The account is gone at once; erasing a large one goes on after the answer.',
    tag,
    access: ['accounts:write'],
    answers: { 204: null },
  }),
  eraseRecipient: route({
    method: 'delete',
    path: `${path}/recipients`,
    summary:
      "Erase a person's address from an account: its lists, deliveries, attempts and audit log. The primary contact's address cannot be erased.",
    tag,
    access: ['accounts:write'],
    body: RecipientInput,
    answers: { 204: null },
    problems: [409],
  }),
  getAccount: route({
    method: 'get',
    path,
    summary: 'One account.',
    tag,
    access: ['accounts:write', 'settings:read'],
    answers: { 200: Account },
  }),
  listAccounts: route({
    method: 'get',
    path: '/v1/accounts',
    summary: 'List accounts in the order of their ids.',
    tag,
    access: ['accounts:write', 'settings:read'],
    query: body(pagedByPlatformId),
    answers: { 200: AccountList },
  }),
};
