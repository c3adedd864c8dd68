/** The OpenAPI 3.1 document: operations and schemas put together, and the payloads as webhooks. */
import { version } from '@belfry/nest';
import {
  channels,
  deliveryStatuses,
  samplePayload,
  type EventCatalogue,
  type PlatformSites,
} from '@belfry/domain';
import { operations, type Operation } from './operations.js';
import { componentSchemas } from './schemas.js';

type Json = Readonly<Record<string, unknown>>;

const problemAnswer: Json = {
  description: 'A problem document',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

/** Describes the API for this set of event types. Its paths are below `publicPath`. */
export function openApiDocument(catalogue: EventCatalogue, sites: PlatformSites, publicPath = ''): Json {
  const parameters = queryParameters(catalogue);
  const paths: Record<string, Record<string, Json>> = {};
  for (const operation of operations) {
    paths[operation.path] = { ...paths[operation.path], [operation.method]: describe(operation, parameters) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Belfry',
      version,
      summary: 'Notifications and webhooks for an integration platform.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    // No jsonSchemaDialect: the preset one is JSON Schema 2020-12 with OpenAPI's own words, and Swagger UI knows no other.
    // From where the document was read: it may have come by more than one name.
    servers: [{ url: publicPath === '' ? '/' : publicPath }],
    security: [{ apiKey: [] }],
    paths,
    webhooks: Object.fromEntries(
      catalogue.entries.map((type) => [type.key, webhook(type.key, catalogue, sites)]),
    ),
    components: {
      securitySchemes: { apiKey: { type: 'http', scheme: 'bearer', description: 'An API key.' } },
      schemas: componentSchemas(catalogue),
    },
  };
}

function describe(operation: Operation, parameters: Readonly<Record<string, Json>>): Json {
  const { id, summary, tag, scopes, body, answers, problems = [] } = operation;
  const inPath = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: name === 'account_id' ? { type: 'integer', minimum: 1 } : { type: 'string', format: 'uuid' },
  }));
  const refused = scopes.length === 0 ? [] : [401, 403, ...problems, 429, 503];
  return {
    operationId: id,
    summary,
    tags: [tag],
    ...(scopes.length === 0
      ? { security: [] }
      : { description: `Needs a key with the scope ${scopes.map((scope) => `\`${scope}\``).join(' or ')}.` }),
    parameters: [...inPath, ...(operation.parameters ?? []).map((name) => parameters[name]!)],
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: operation.bodyIsOptional !== true,
            content: bodyContent(operation.method, body),
          },
        }),
    responses: {
      ...Object.fromEntries(Object.entries(answers).map(([status, schema]) => [status, answer(schema)])),
      ...Object.fromEntries(refused.map((status) => [status, problemAnswer])),
    },
  };
}

function bodyContent(method: Operation['method'], schema: string): Json {
  const media = { schema: { $ref: `#/components/schemas/${schema}` } };
  return method === 'patch'
    ? { 'application/merge-patch+json': media, 'application/json': media }
    : { 'application/json': media };
}

function answer(schema: string | null): Json {
  if (schema === null) return { description: 'Done' };
  if (schema === 'Problem') return problemAnswer;
  if (schema.includes('/'))
    return { description: 'Done', content: { [schema]: { schema: { type: 'string' } } } };
  return {
    description: 'Done',
    content: { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } },
  };
}

function webhook(key: string, catalogue: EventCatalogue, sites: PlatformSites): Json {
  const type = catalogue.find(key)!;
  return {
    post: {
      operationId: `webhook_${key}`,
      summary: type.name,
      description: `Sent once when ${type.description}. Answer with any 2xx status within 15 seconds to confirm that you received it.`,
      security: [],
      parameters: [
        {
          name: 'Webhook-Id',
          in: 'header',
          required: true,
          description: "The event's id: drop what you have seen before.",
          schema: { type: 'string', format: 'uuid' },
        },
      ],
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: { $ref: `#/components/schemas/Payload_${key}` },
            example: samplePayload(type, catalogue, sites),
          },
        },
      },
      responses: { '2XX': { description: 'Received. Any other answer is a failure.' } },
    },
  };
}

function queryParameters(catalogue: EventCatalogue): Readonly<Record<string, Json>> {
  const query = (name: string, schema: Json, description: string): Json => ({
    name,
    in: 'query',
    schema,
    description,
  });
  const header = (name: string, schema: Json, description: string): Json => ({
    name,
    in: 'header',
    schema,
    description,
  });
  return {
    limit: query('limit', { type: 'integer', minimum: 1, maximum: 200, default: 50 }, 'How many to return.'),
    cursor: query(
      'cursor',
      { type: 'string' },
      'The next_cursor of the previous page. A page may have fewer items than asked for, or none, and still have a next_cursor.',
    ),
    status: query('status', { enum: deliveryStatuses }, 'Only deliveries in this state.'),
    channel: query('channel', { enum: channels }, 'Only deliveries over this channel.'),
    event_type: query('event_type', { enum: catalogue.keys }, 'Only this event type.'),
    event_id: query('event_id', { type: 'string', format: 'uuid' }, 'Only the deliveries of this event.'),
    from: query('from', { type: 'string', format: 'date-time' }, 'From this time on.'),
    to: query('to', { type: 'string', format: 'date-time' }, 'Before this time.'),
    window: query(
      'window',
      { type: 'string', default: '24h' },
      'How far back: hours or days, such as 24h or 7d.',
    ),
    'If-Match': header(
      'If-Match',
      { type: 'string' },
      'The ETag of the account or the settings that the change is based on.',
    ),
    'Belfry-Account': header(
      'Belfry-Account',
      { type: 'string' },
      'The account whose session to use: a browser may have sessions for several accounts.',
    ),
    'Idempotency-Key': header(
      'Idempotency-Key',
      { type: 'string', minLength: 1, maxLength: 255 },
      "A second call with this Idempotency-Key and the same API key within 24 hours gets the first one's answer. Other API keys are not affected.",
    ),
  };
}
