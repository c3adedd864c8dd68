import { ApiKeys, type Principal } from '@belfry/application';
import { answerOf, ApiKey, ApiKeyCreated, cursorTo, routes } from '@belfry/contract';
import { Controller, UseInterceptors } from '@nestjs/common';
import { CurrentPrincipal } from '../http/authentication.js';
import { Input, Serve, type Asked } from '../http/contract-route.js';
import { notFound } from '../http/problem.js';
import { ReadTurns } from '../http/read-turns.js';
import { refusalOf } from '../http/refusals.js';

const { createApiKey, listApiKeys, revokeApiKey } = routes;

/** API keys. A key is shown once, when it is made. */
@Controller()
@UseInterceptors(ReadTurns)
export class ApiKeysController {
  constructor(private readonly keys: ApiKeys) {}

  @Serve(createApiKey)
  async create(
    @Input() { body: { name, account_id, scopes } }: Asked<typeof createApiKey>,
    @CurrentPrincipal() principal: Principal,
  ) {
    const result = await this.keys.create({ name, accountId: account_id ?? null, scopes }, principal);
    if (result.status !== 'created') throw refusalOf(result);
    return answerOf(ApiKeyCreated, { ...result.stored, key: result.key });
  }

  @Serve(listApiKeys)
  async list(
    @Input() { query: { limit, cursor } }: Asked<typeof listApiKeys>,
    @CurrentPrincipal() principal: Principal,
  ) {
    const page = await this.keys.list(principal, limit, cursor);
    return { api_keys: page.items.map((key) => answerOf(ApiKey, key)), next_cursor: cursorTo(page) };
  }

  @Serve(revokeApiKey)
  async revoke(
    @Input() { params: { key_id } }: Asked<typeof revokeApiKey>,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    if (!(await this.keys.revoke(key_id, principal))) throw notFound('API key');
  }
}
