import { AccountStore } from '@belfry/application';
import { Injectable } from '@nestjs/common';
import { notFound } from './problem.js';

/** Answers 404 for an account that does not exist, where what was asked for would only be empty. */
@Injectable()
export class ExistingAccount {
  constructor(private readonly accounts: AccountStore) {}

  /** Ends the request with 404 unless the account exists. */
  async require(accountId: number): Promise<void> {
    if ((await this.accounts.find(accountId)) === null) throw notFound('account');
  }
}
