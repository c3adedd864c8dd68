import { AccountStore, ManageAccounts, type Principal } from '@belfry/application';
import { accountOnTheWire, page } from '@belfry/composition';
import { Body, Controller, Get, Param, Put, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { CurrentPrincipal, RequireScope } from '../http/authentication.js';
import { AccountIdPipe, pageQuery, readQuery } from '../http/paths.js';
import { invalid, notFound } from '../http/problem.js';

const listQuery = z.strictObject(pageQuery('of the platform'));

/** Accounts: the Company tab. */
@Controller('v1/accounts')
export class AccountsController {
  constructor(
    private readonly accounts: AccountStore,
    private readonly manage: ManageAccounts,
  ) {}

  @Put(':accountId')
  @RequireScope('accounts:write')
  async put(
    @Param('accountId', AccountIdPipe) accountId: number,
    @Body() body: unknown,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const result = await this.manage.put(accountId, body, principal);
    if (result.status === 'invalid') throw invalid(result.problems);
    void reply.status(result.status === 'created' ? 201 : 200);
    return accountOnTheWire(result.account);
  }

  @Get()
  @RequireScope('accounts:write', 'settings:read')
  async list(@CurrentPrincipal() principal: Principal, @Query() query: unknown) {
    const { limit, cursor } = readQuery(listQuery, query);
    if (principal.accountId !== null) {
      const own = await this.accounts.find(principal.accountId);
      return { accounts: own === null ? [] : [accountOnTheWire(own)], next_cursor: null };
    }
    const found = await this.accounts.list(Number(cursor ?? 0), limit + 1);
    const { items, next_cursor } = page(found, limit, ({ accountId }) => String(accountId));
    return { accounts: items.map(accountOnTheWire), next_cursor };
  }

  @Get(':accountId')
  @RequireScope('accounts:write', 'settings:read')
  async find(@Param('accountId', AccountIdPipe) accountId: number) {
    const account = await this.accounts.find(accountId);
    if (account === null) throw notFound('account');
    return accountOnTheWire(account);
  }
}
