/** The description of the API, OpenAPI 3.1: the routes with their schemas, and the payloads as webhooks. */
import { platformCatalogue, samplePayload, type EventCatalogue, type PlatformSites } from '@belfry/domain';
import { z } from 'zod';
import { pathParameters, requestHeaders } from './parameters.js';
import { ProblemDocument } from './problem.js';
import { parameterNames, problemStatuses, type Route, type RouteAnswer } from './route.js';
import { routes } from './routes.js';

type Json = Readonly<Record<string, unknown>>;

const components = '#/components/schemas/';
const problem = { mediaType: 'application/problem+json', schema: ProblemDocument };

/** What a description is made for. */
export interface DescribedApi {
  /** The event types that can be published. */
  readonly catalogue: EventCatalogue;
  /** What the links in examples begin with. */
  readonly sites: PlatformSites;
  readonly version: string;
  /** The path under which the API is reached from outside; empty for the root. */
  readonly publicPath: string;
}

/** Describes the API. */
export function openApiDocument({ catalogue, sites, version, publicPath }: DescribedApi): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const [operationId, entry] of Object.entries<Route>(routes)) {
    const { path, method } = entry;
    paths[path] = { ...paths[path], [method]: { operationId, ...operation(entry, catalogue) } };
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
    webhooks: Object.fromEntries(catalogue.keys.map((key) => [key, webhook(key, catalogue, sites)])),
    components: {
      securitySchemes: { apiKey: { type: 'http', scheme: 'bearer', description: 'An API key.' } },
      schemas: componentSchemas(catalogue),
    },
  };
}

function operation(entry: Route, catalogue: EventCatalogue): Json {
  const { summary, tag, access, body, query, headers = [], answers } = entry;
  return {
    summary,
    tags: [tag],
    ...(access === 'public'
      ? { security: [] }
      : { description: `Needs a key with the scope ${access.map((scope) => `\`${scope}\``).join(' or ')}.` }),
    parameters: [
      ...parameterNames(entry).map((name) =>
        parameter('path', name, describe(pathParameters[name].schema, catalogue)),
      ),
      ...Object.entries((query === undefined ? {} : describe(query, catalogue).properties) ?? {}).map(
        ([name, schema]) => parameter('query', name, schema as Json),
      ),
      ...headers.map((name) => parameter('header', name, describe(requestHeaders[name], catalogue))),
    ],
    ...(body === undefined ? {} : { requestBody: requestBody(entry.method, body) }),
    responses: {
      ...Object.fromEntries(Object.entries(answers).map(([status, answer]) => [status, response(answer)])),
      ...Object.fromEntries(problemStatuses(entry).map((status) => [status, response(problem)])),
    },
  };
}

function parameter(place: 'path' | 'query' | 'header', name: string, described: Json): Json {
  const { description, ...schema } = described;
  return {
    name,
    in: place,
    ...(place === 'path' ? { required: true } : {}),
    schema,
    ...(description === undefined ? {} : { description }),
  };
}

function requestBody(method: Route['method'], body: z.ZodType): Json {
  const media = { schema: reference(body) };
  return {
    required: !body.safeParse(undefined).success || nameOf(body) === 'EventInput',
    content: {
      ...(method === 'patch' ? { 'application/merge-patch+json': media } : {}),
      'application/json': media,
    },
  };
}

function response(answer: RouteAnswer): Json {
  if (answer === null) return { description: 'Done' };
  const { mediaType, schema } =
    'mediaType' in answer ? answer : { mediaType: 'application/json', schema: answer };
  return {
    description: mediaType === 'application/problem+json' ? 'A problem document' : 'Done',
    content: { [mediaType]: { schema: schema === undefined ? { type: 'string' } : reference(schema) } },
  };
}

function reference(schema: z.ZodType): Json {
  return { $ref: `${components}${nameOf(schema)}` };
}

/** The name of a schema of requests or answers; of one that may be left out, that of what may be. */
function nameOf(schema: z.ZodType): string {
  const { id } = z.globalRegistry.get(schema) ?? {};
  if (id !== undefined) return id;
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable)
    return nameOf(schema.unwrap() as z.ZodType);
  throw new Error('a schema of a route has no name');
}

/** The schemas that routes name, and those within them, by name. */
function componentSchemas(catalogue: EventCatalogue): Json {
  const named = Object.values<Route>(routes).flatMap(({ body, answers }) => [
    ...(body === undefined ? [] : [body]),
    ...Object.values(answers).flatMap((answer) => {
      const schema = answer !== null && 'mediaType' in answer ? answer.schema : answer;
      return schema === null || schema === undefined ? [] : [schema];
    }),
  ]);
  const { $defs } = describe(z.union([ProblemDocument, ...named]), catalogue);
  return {
    ...($defs as Json),
    EventInput: {
      oneOf: catalogue.keys.map((key) => ({ $ref: `${components}EventInput_${key}` })),
      discriminator: {
        propertyName: 'event_type',
        mapping: Object.fromEntries(catalogue.keys.map((key) => [key, `${components}EventInput_${key}`])),
      },
    },
    ...Object.fromEntries(catalogue.keys.map((key) => [`EventInput_${key}`, catalogue.inputJsonSchema(key)])),
    ...Object.fromEntries(catalogue.keys.map((key) => [`Payload_${key}`, catalogue.payloadJsonSchema(key)])),
  };
}

/** Says whether a schema is that of the keys of event types: the description lists those of its own catalogue. */
function namesEventTypes(def: z.core.$ZodTypeDef): boolean {
  const entries = def.type === 'enum' ? Object.keys((def as z.core.$ZodEnumDef).entries) : [];
  return entries.join() === platformCatalogue.keys.join();
}

/** A schema as JSON Schema, for the event types of the catalogue. */
function describe(schema: z.ZodType, catalogue: EventCatalogue): Json {
  const { $schema: _dialect, ...described } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const { def } = zodSchema._zod;
      // What a format says is not said again by a pattern.
      if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
      // zod drops the default of what it transforms.
      const { default: usual } = z.globalRegistry.get(zodSchema) ?? {};
      if (usual !== undefined) jsonSchema.default = usual;
      if (namesEventTypes(def)) jsonSchema.enum = [...catalogue.keys];
      if (def.type === 'record') delete jsonSchema.propertyNames;
      if (def.type === 'record' && namesEventTypes(def.keyType._zod.def)) {
        const { additionalProperties: value } = jsonSchema;
        const isOptional = def.valueType._zod.optin === 'optional';
        delete jsonSchema.required;
        delete jsonSchema.additionalProperties;
        Object.assign(jsonSchema, {
          properties: Object.fromEntries(catalogue.keys.map((key) => [key, value])),
          ...(isOptional ? { additionalProperties: false } : { required: [...catalogue.keys] }),
        });
      }
    },
  });
  return JSON.parse(JSON.stringify(described).replaceAll('"#/$defs/', `"${components}`)) as Json;
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
            schema: { $ref: `${components}Payload_${key}` },
            example: samplePayload(type, catalogue, sites),
          },
        },
      },
      responses: { '2XX': { description: 'Received. Any other answer is a failure.' } },
    },
  };
}
