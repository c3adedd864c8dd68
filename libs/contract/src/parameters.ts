/** What stands in paths, queries and headers. */
import { platformId } from '@belfry/domain';
import { z } from 'zod';
import { uuid } from './fields.js';

const accountIdText = z
  .string()
  .regex(/^[1-9]\d{0,15}$/)
  .transform(Number)
  .pipe(platformId)
  .meta({ type: 'integer', minimum: 1, pattern: undefined });
const uuidText = uuid.transform((text) => text.toLowerCase());

/** The parameters of paths. What cannot be the id of such a thing is the id of none. */
export const pathParameters = {
  account_id: { schema: accountIdText, of: 'account' },
  event_id: { schema: uuidText, of: 'event' },
  delivery_id: { schema: uuidText, of: 'delivery' },
  key_id: { schema: uuidText, of: 'API key' },
} as const;

/** The name of a parameter of a path. */
export type PathParameterName = keyof typeof pathParameters;

/** The request headers that mean something to a route. */
export const requestHeaders = {
  'If-Match': z
    .string()
    .meta({ description: 'The ETag of the account or the settings that the change is based on.' }),
  'Belfry-Account': z.string().meta({
    description: 'The account whose session to use: a browser may have sessions for several accounts.',
  }),
  'Idempotency-Key': z
    .string()
    .regex(/^[\x20-\x7e]{1,255}$/, 'must be 1 to 255 printable ASCII characters')
    .meta({
      minLength: 1,
      maxLength: 255,
      pattern: undefined,
      description:
        "A second call with this Idempotency-Key and the same API key within 24 hours gets the first one's answer. Other API keys are not affected.",
    }),
} as const;

/** The name of a request header. */
export type HeaderName = keyof typeof requestHeaders;
