import { AccountStore, Erase, ManageAccounts, type Principal, type StoredAccount } from '@belfry/application';
import { Account, answerOf, cursorTo, entityTag, problemDocument, routes } from '@belfry/contract';
import { Controller, Res, UseInterceptors } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CurrentPrincipal } from '../http/authentication.js';
import { Input, Serve, type Asked } from '../http/contract-route.js';
import { ifMatch } from '../http/entity-tag.js';
import { ExistingAccount } from '../http/existing-account.js';
import { notFound, ProblemException } from '../http/problem.js';
import { ReadTurns } from '../http/read-turns.js';
import { refusalOf } from '../http/refusals.js';
import { WriteTurns } from '../http/write-turns.js';

const { eraseAccount, eraseRecipient, getAccount, listAccounts, putAccount } = routes;

/** Accounts: the Company tab. */
@Controller()
@UseInterceptors(ReadTurns, WriteTurns)
export class AccountsController {
  constructor(
    private readonly accounts: AccountStore,
    private readonly existing: ExistingAccount,
    private readonly manage: ManageAccounts,
    private readonly erasing: Erase,
  ) {}

  @Serve(putAccount)
  async put(
    @Input() { params: { account_id }, headers, body }: Asked<typeof putAccount>,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const condition = ifMatch(account_id, headers['If-Match']);
    const result = await this.manage.put(account_id, body, principal, condition);
    if (result.status !== 'created' && result.status !== 'replaced') throw refusalOf(result);
    void reply.status(result.status === 'created' ? 201 : 200);
    return answer(result.account, reply);
  }

  @Serve(listAccounts)
  async list(
    @Input() { query: { limit, cursor } }: Asked<typeof listAccounts>,
    @CurrentPrincipal() principal: Principal,
  ) {
    const page =
      principal.accountId === null
        ? await this.accounts.list(Number(cursor ?? 0), limit)
        : { items: [await this.accounts.find(principal.accountId)], next: null };
    const accounts = page.items.filter((account) => account !== null);
    return { accounts: accounts.map((account) => answerOf(Account, account)), next_cursor: cursorTo(page) };
  }

  @Serve(getAccount)
  async find(
    @Input() { params: { account_id } }: Asked<typeof getAccount>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return answer(await this.existing.require(account_id), reply);
  }

  /** Erases an account. What is left after some seconds goes on being erased; the account is gone at once. */
  @Serve(eraseAccount)
  async erase(
    @Input() { params: { account_id } }: Asked<typeof eraseAccount>,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    if (principal.accountId !== null) {
      const detail =
        'An account cannot be erased with its own key. Use a key that is not bound to an account.';
      throw new ProblemException(problemDocument('forbidden', detail));
    }
    if (!(await this.erasing.account(account_id, principal))) throw notFound('account');
  }

  /** Erases the address of a person from an account. */
  @Serve(eraseRecipient)
  async eraseRecipient(
    @Input() { params: { account_id }, body }: Asked<typeof eraseRecipient>,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    const result = await this.erasing.recipient(account_id, body.email, principal);
    if (result.status !== 'erased') throw refusalOf(result);
  }
}

function answer(account: StoredAccount, reply: FastifyReply): Account {
  void reply.header('ETag', entityTag(account.accountId, account.version));
  return answerOf(Account, account);
}
