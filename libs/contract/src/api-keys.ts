/** API keys. */
import { nameText, platformId, scopes } from '@belfry/domain';
import { z } from 'zod';
import { body, scope, time, uuid } from './fields.js';
import { nextCursor, paged } from './paging.js';
import { route } from './route.js';

const scopesMessage = `must be an array of one or more of ${scopes.join(', ')}`;

/** An API key that is wanted. */
export const ApiKeyInput = body({
  name: nameText,
  account_id: platformId.nullish(),
  scopes: z.array(scope, { error: scopesMessage }).min(1, scopesMessage),
}).meta({ id: 'ApiKeyInput' });
export type ApiKeyInput = z.infer<typeof ApiKeyInput>;

/** An API key, without the key itself. */
export const ApiKey = z
  .object({
    key_id: uuid,
    name: nameText,
    account_id: platformId.nullable(),
    scopes: z.array(scope),
    created_at: time,
    last_used_at: time.nullable(),
  })
  .meta({ id: 'ApiKey' });
export type ApiKey = z.infer<typeof ApiKey>;

/** An API key that was just made. */
export const ApiKeyCreated = z
  .object({
    ...ApiKey.shape,
    key: z.string().meta({ description: 'The key itself, shown only once.' }),
  })
  .meta({ id: 'ApiKeyCreated' });
export type ApiKeyCreated = z.infer<typeof ApiKeyCreated>;

/** A page of API keys. */
export const ApiKeyList = z
  .object({ api_keys: z.array(ApiKey), next_cursor: nextCursor })
  .meta({ id: 'ApiKeyList' });
export type ApiKeyList = z.infer<typeof ApiKeyList>;

const tag = 'API keys';
const access = ['keys:write'] as const;

/** The routes of API keys. */
export const apiKeyRoutes = {
  createApiKey: route({
    method: 'post',
    path: '/v1/api-keys',
    summary: 'Create an API key. The key is shown only in this answer.',
    tag,
    access,
    body: ApiKeyInput,
    answers: { 201: ApiKeyCreated },
  }),
  listApiKeys: route({
    method: 'get',
    path: '/v1/api-keys',
    summary: 'List API keys, newest first.',
    tag,
    access,
    query: body(paged),
    answers: { 200: ApiKeyList },
  }),
  revokeApiKey: route({
    method: 'delete',
    path: '/v1/api-keys/{key_id}',
    summary: 'Revoke an API key at once.',
    tag,
    access,
    answers: { 204: null },
  }),
};
