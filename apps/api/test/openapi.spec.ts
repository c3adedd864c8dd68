import { readConfiguration } from '@belfry/configuration';
import type { Answer } from '@belfry/kit/rest-client';
import { Endpoint } from '@belfry/kit/endpoint';
import { openApiDocument } from '@belfry/contract';
import { Telemetry } from '@belfry/telemetry';
import {
  defineEventType,
  EventCatalogue,
  eventTypes,
  idField,
  nameField,
  samplePayload,
} from '@belfry/domain';
import { RequestMethod, type Type } from '@nestjs/common';
import { validate } from '@readme/openapi-parser';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { pino } from 'pino';
import { AppModule } from '../src/app.module.js';
import type { RouteTable } from '../src/http/route-table.js';
import { platformForThisFile } from './server.fixture.js';

const platform = platformForThisFile();
let endpoint: Endpoint;
let document: Answer['body'];
let ajv: Ajv2020;

beforeAll(async () => {
  endpoint = await Endpoint.start();
  const on = { send_webhook: true };
  const events = Object.fromEntries(eventTypes.map(({ key }) => [key, on]));
  await platform.server.makeAccount(42, { webhook_url: endpoint.url(), events });
  const answer = await platform.server.get('/openapi.json', { authorization: undefined });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  document = answer.body;
  // The document is OpenAPI with schemas in it: of keywords, the schemas' own alone are known.
  ajv = new Ajv2020({ strict: true, strictSchema: false, allErrors: true });
  formats.default(ajv);
  ajv.addSchema(document, 'openapi.json');
});
afterAll(() => endpoint?.stop());

/** What the document's schema at `pointer` finds wrong with a value; null for nothing. */
function wrongWith(value: unknown, pointer: string) {
  const check = ajv.compile({ $ref: `openapi.json${pointer}` });
  return check(value) ? null : check.errors;
}

it('is a valid OpenAPI 3.1 document', async () => {
  expect(document.openapi).toMatch(/^3\.1\./);
  expect(await validate(structuredClone(document))).toMatchObject({ valid: true });
});

it('names no dialect: Swagger UI opens with a red box for every one but the preset', () => {
  expect(document).not.toHaveProperty('jsonSchemaDialect');
});

it('the validator would say so if it were not one', async () => {
  const broken = structuredClone(document);
  delete broken.paths['/v1/events'].post.responses;
  broken.paths['/v1/events'].post.parameters.push({ in: 'nowhere' });
  expect(await validate(broken)).toMatchObject({ valid: false });
});

it('describes exactly the routes that exist', () => {
  const configuration = readConfiguration({ DATABASE_URL: 'postgres://localhost/none' });
  const { controllers } = AppModule.forRoot(
    configuration,
    new Telemetry(pino({ level: 'silent' }), { version: '1', role: 'all' }),
    { methodsOf: () => [] } as unknown as RouteTable,
  );
  const existing = controllers!
    .flatMap(routesOf)
    .map((route) => route.replaceAll(/:(\w+)/g, (_all, name: string) => `{${snakeCase(name)}}`));
  const described = Object.entries(document.paths as Record<string, object>).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  // The address that a portal link leads a browser to is no part of the API.
  expect(described.sort()).toEqual(existing.filter((route) => !route.endsWith(' /portal/{secret}')).sort());
});

function routesOf(controller: Type): string[] {
  const base = Reflect.getMetadata('path', controller) as string;
  const prototype = controller.prototype as Record<string, object>;
  return Object.getOwnPropertyNames(prototype).flatMap((name) => {
    const method = Reflect.getMetadata('method', prototype[name]!) as RequestMethod | undefined;
    if (method === undefined) return [];
    const path = Reflect.getMetadata('path', prototype[name]!) as string;
    return [`${RequestMethod[method]} /${[base, path].join('/')}`.replace(/\/+/, '/')];
  });
}
const snakeCase = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

describe('the webhooks', () => {
  it('are the event types of the catalogue', () => {
    expect(Object.keys(document.webhooks)).toEqual(eventTypes.map(({ key }) => key));
  });

  it.each(eventTypes.map(({ key, example }) => [key, example] as const))(
    'describe what is really sent for %s',
    async (type, data) => {
      const before = endpoint.requests.length;
      const event = { event_type: type, environment: 'production', account_id: 42, data };
      const answer = await platform.server.post('/v1/events', event);
      expect(answer.status).toBe(202);
      await platform.server.finishedDeliveries(42, 2);
      const request = endpoint.requests[before]!;
      const payload = JSON.parse(request.body) as Record<string, unknown>;

      const { post } = document.webhooks[type];
      const { schema, example } = post.requestBody.content['application/json'];
      expect(wrongWith(payload, schema.$ref)).toBeNull();
      expect(wrongWith(example, schema.$ref)).toBeNull();
      expect(Object.keys(example)).toEqual(Object.keys(payload));
      expect(wrongWith({ ...payload, more: 1 }, schema.$ref)).not.toBeNull();
      for (const name of Object.keys(payload)) {
        const { [name]: _left, ...rest } = payload;
        expect(wrongWith(rest, schema.$ref)).not.toBeNull();
      }
      for (const { name, in: place } of post.parameters) {
        expect(place).toBe('header');
        expect(request.head.toLowerCase()).toContain(`\r\n${String(name).toLowerCase()}: `);
      }
      expect(wrongWith(event, '#/components/schemas/EventInput')).toBeNull();
      expect(wrongWith({ ...event, data: {} }, '#/components/schemas/EventInput')).not.toBeNull();
    },
  );

  it('are those of /v1/event-types, which needs no more than any key', async () => {
    const { body } = await platform.server.get('/v1/event-types');
    expect(body.event_types.map(({ key }: { key: string }) => key)).toEqual(Object.keys(document.webhooks));
    for (const { key, schema, example } of body.event_types) {
      expect(schema).toEqual(document.components.schemas[`Payload_${key}`]);
      expect(schema.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
      expect(example).toEqual(document.webhooks[key].post.requestBody.content['application/json'].example);
    }
  });
});

it('an event type that is added to the catalogue is described, and nothing else changes', async () => {
  const sixth = defineEventType({
    key: 'credential_expired',
    name: 'Credential Expired',
    description: 'a credential of a tenant expires',
    fields: {
      credential_id: idField('Credential id', 'the credential'),
      credential_name: nameField('Credential', 'its name'),
    },
    example: { credential_id: 12, credential_name: 'CRM token' },
    subject: 'Credential expired: {credential_name}',
    thread: 'credential_id',
  });
  const sites = { admin: 'https://admin.example.com', api: 'https://api.example.com' };
  const catalogue = new EventCatalogue([...eventTypes, sixth]);
  const six = JSON.parse(
    JSON.stringify(openApiDocument({ catalogue, sites, version: document.info.version, publicPath: '' })),
  );

  expect(await validate(structuredClone(six))).toMatchObject({ valid: true });
  expect(six.webhooks.credential_expired.post.requestBody.content['application/json']).toEqual({
    schema: { $ref: '#/components/schemas/Payload_credential_expired' },
    example: samplePayload(sixth, catalogue, sites),
  });
  const { schemas } = six.components;
  expect(schemas.Payload_credential_expired.required).toContain('credential_name');
  expect(schemas.EventInput.oneOf).toContainEqual({
    $ref: '#/components/schemas/EventInput_credential_expired',
  });
  expect(schemas.NotificationSettings.properties.events.required).toContain('credential_expired');
  expect(without(six, 'credential_expired')).toEqual(document);
});

/** The document without whatever names this event type. */
function without(value: unknown, type: string): unknown {
  const names = (text: string) => text.split(/[/_]/).join('_').endsWith(type);
  if (Array.isArray(value)) {
    return value
      .filter(
        (item) =>
          !(typeof item === 'string' && names(item)) &&
          !names((item as { $ref?: string } | null)?.$ref ?? ''),
      )
      .map((item) => without(item, type));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !names(key))
      .map(([key, item]) => [key, without(item, type)]),
  );
}
