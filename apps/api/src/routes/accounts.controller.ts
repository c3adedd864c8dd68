import { AccountStore, Erase, ManageAccounts, type Principal, type StoredAccount } from '@belfry/application';
import { accountOnTheWire, page } from '@belfry/nest';
import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Param,
  Put,
  Query,
  Res,
  UseInterceptors,
} from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { CurrentPrincipal, RequireScope } from '../http/authentication.js';
import { entityTag, ifMatch } from '../http/entity-tag.js';
import { ReadTurns } from '../http/read-turns.js';
import { AccountIdPipe, pageQuery, readQuery } from '../http/paths.js';
import { problemDocument } from '@belfry/contract';
import { invalid, notFound, ProblemException } from '../http/problem.js';
import { WriteTurns } from '../http/write-turns.js';

const listQuery = z.strictObject(pageQuery('of the platform'));

/** Accounts: the Company tab. */
@Controller('v1/accounts')
@UseInterceptors(ReadTurns, WriteTurns)
export class AccountsController {
  constructor(
    private readonly accounts: AccountStore,
    private readonly manage: ManageAccounts,
    private readonly erasing: Erase,
  ) {}

  @Put(':accountId')
  @RequireScope('accounts:write')
  async put(
    @Param('accountId', AccountIdPipe) accountId: number,
    @Body() body: unknown,
    @CurrentPrincipal() principal: Principal,
    @Headers('if-match') condition: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const result = await this.manage.put(accountId, body, principal, ifMatch(accountId, condition));
    if (result.status === 'invalid') throw invalid(result.problems);
    if (result.status === 'being_erased') {
      const detail = 'The account that had this id is still being erased. Try again in 5 s.';
      throw new ProblemException(problemDocument('being-erased', detail), { 'Retry-After': '5' });
    }
    if (result.status === 'version_mismatch') {
      const { account } = result;
      const detail =
        account === null
          ? 'There is no such account yet, so it has no version: create it without If-Match.'
          : 'The account has changed since you read it. Read it again, and send your change with its new ETag.';
      const headers = account === null ? {} : { ETag: entityTag(accountId, account.version) };
      throw new ProblemException(problemDocument('version-mismatch', detail), headers);
    }
    void reply.status(result.status === 'created' ? 201 : 200);
    return answer(result.account, reply);
  }

  @Get()
  @RequireScope('accounts:write', 'settings:read')
  async list(@CurrentPrincipal() principal: Principal, @Query() query: unknown) {
    const { limit, cursor } = readQuery(listQuery, query);
    if (principal.accountId !== null) {
      const own = await this.accounts.find(principal.accountId);
      return { accounts: own === null ? [] : [accountOnTheWire(own)], next_cursor: null };
    }
    const found = await this.accounts.list(Number(cursor ?? 0), limit);
    const { items, next_cursor } = page(found);
    return { accounts: items.map(accountOnTheWire), next_cursor };
  }

  @Get(':accountId')
  @RequireScope('accounts:write', 'settings:read')
  async find(
    @Param('accountId', AccountIdPipe) accountId: number,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const account = await this.accounts.find(accountId);
    if (account === null) throw notFound('account');
    return answer(account, reply);
  }

  /** Erases an account. What is left after some seconds goes on being erased; the account is gone at once. */
  @Delete(':accountId')
  @HttpCode(204)
  @RequireScope('accounts:write')
  async erase(
    @Param('accountId', AccountIdPipe) accountId: number,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    if (principal.accountId !== null) {
      const detail =
        'An account cannot be erased with its own key. Use a key that is not bound to an account.';
      throw new ProblemException(problemDocument('forbidden', detail));
    }
    if (!(await this.erasing.account(accountId, principal))) throw notFound('account');
  }

  /** Erases the address of a person from an account. */
  @Delete(':accountId/recipients')
  @HttpCode(204)
  @RequireScope('accounts:write')
  async eraseRecipient(
    @Param('accountId', AccountIdPipe) accountId: number,
    @Body() body: unknown,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    const result = await this.erasing.recipient(accountId, body, principal);
    if (result.status === 'invalid') throw invalid(result.problems);
    if (result.status === 'unknown_account') throw notFound('account');
    if (result.status === 'primary_contact') {
      const detail =
        "This is the primary contact's address, and an account must have a primary contact. Give the account another one first.";
      throw new ProblemException(problemDocument('primary-contact', detail));
    }
  }
}

function answer(account: StoredAccount, reply: FastifyReply) {
  void reply.header('ETag', entityTag(account.accountId, account.version));
  return accountOnTheWire(account);
}
