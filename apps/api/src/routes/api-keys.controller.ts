import { ApiKeys, type Principal } from '@belfry/application';
import { apiKeyOnTheWire, page } from '@belfry/nest';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, UseInterceptors } from '@nestjs/common';
import { z } from 'zod';
import { CurrentPrincipal, RequireScope } from '../http/authentication.js';
import { ReadTurns } from '../http/read-turns.js';
import { MadeIdPipe, pageQuery, readQuery } from '../http/paths.js';
import { invalid, notFound } from '../http/problem.js';

const listQuery = z.strictObject(pageQuery('made here'));

/** API keys. A key is shown once, when it is made. */
@Controller('v1/api-keys')
@UseInterceptors(ReadTurns)
@RequireScope('keys:write')
export class ApiKeysController {
  constructor(private readonly keys: ApiKeys) {}

  @Post()
  @HttpCode(201)
  async create(@Body() body: unknown, @CurrentPrincipal() principal: Principal) {
    const result = await this.keys.create(body, principal);
    if (result.status === 'invalid') throw invalid(result.problems);
    return { ...apiKeyOnTheWire(result.stored), key: result.key };
  }

  @Get()
  async list(@CurrentPrincipal() principal: Principal, @Query() query: unknown) {
    const { limit, cursor } = readQuery(listQuery, query);
    const found = await this.keys.list(principal, limit, cursor);
    const { items, next_cursor } = page(found);
    return { api_keys: items.map(apiKeyOnTheWire), next_cursor };
  }

  @Delete(':keyId')
  @HttpCode(204)
  async revoke(
    @Param('keyId', new MadeIdPipe('API key')) keyId: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    if (!(await this.keys.revoke(keyId, principal))) throw notFound('API key');
  }
}
