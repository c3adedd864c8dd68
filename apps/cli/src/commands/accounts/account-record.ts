import type { StoredAccount } from '@belfry/application';
import { record } from '../../output/table.js';

/** An account for people. */
export function accountRecord(account: StoredAccount): string {
  return record([
    ['account', account.accountId],
    ['name', account.accountName],
    ['primary contact', account.primaryContact.email],
    ['contact name', account.primaryContact.name],
    ['created', account.createdAt],
    ['updated', account.updatedAt],
  ]);
}
