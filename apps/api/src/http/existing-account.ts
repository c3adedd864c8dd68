import { AccountStore, type ListPage, type StoredAccount } from '@belfry/application';
import { Injectable } from '@nestjs/common';
import { found } from './problem.js';

/** Answers 404 for an account that does not exist, where what was asked for would only be empty. */
@Injectable()
export class ExistingAccount {
  constructor(private readonly accounts: AccountStore) {}

  /** The account. Ends the request with 404 where there is none. */
  async require(accountId: number): Promise<StoredAccount> {
    return found('account', await this.accounts.find(accountId));
  }

  /** A page of something of the account; the account is looked for only where the page is empty. */
  async pageOf<Page extends ListPage<unknown>>(accountId: number, page: Page): Promise<Page> {
    if (page.items.length === 0) await this.require(accountId);
    return page;
  }
}
