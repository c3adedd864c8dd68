/** The schemas of the OpenAPI document, in JSON Schema 2020-12. What depends on event types comes from the catalogue. */
import { scopes } from '@belfry/application';
import { channels, deliveryStatuses, maximumSubscribers, type EventCatalogue } from '@belfry/domain';

type Schema = Readonly<Record<string, unknown>>;

const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
const object = (
  properties: Readonly<Record<string, Schema>>,
  required = Object.keys(properties),
): Schema => ({
  type: 'object',
  properties,
  required,
});
const input = (properties: Readonly<Record<string, Schema>>, required: readonly string[]): Schema => ({
  ...object(properties, [...required]),
  additionalProperties: false,
});
const arrayOf = (items: Schema): Schema => ({ type: 'array', items });
const orNull = (schema: Schema): Schema => ({ anyOf: [schema, { type: 'null' }] });

const text: Schema = { type: 'string' };
const flag: Schema = { type: 'boolean' };
const time: Schema = { type: 'string', format: 'date-time' };
const madeId: Schema = { type: 'string', format: 'uuid' };
const platformId: Schema = { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER };
const name: Schema = { type: 'string', minLength: 1, maxLength: 255 };
const email: Schema = { type: 'string', format: 'email', maxLength: 254 };
const nextCursor: Schema = { ...orNull(text), description: 'Leads to the next page; null on the last one.' };
const count: Schema = { type: 'integer', minimum: 0 };

/** A list's answer: one page of it. */
const listOf = (key: string, item: string): Schema =>
  object({ [key]: arrayOf(ref(item)), next_cursor: nextCursor });

/** The schemas by name. */
export function componentSchemas(catalogue: EventCatalogue): Record<string, Schema> {
  const eventType: Schema = { enum: catalogue.keys };
  const delivery = {
    delivery_id: madeId,
    event_id: madeId,
    event_type: eventType,
    environment: text,
    channel: { enum: channels },
    destination: { ...text, description: 'The endpoint with its query masked, or the recipient.' },
    status: { enum: deliveryStatuses },
    reason: orNull(text),
    redelivery_of: orNull(madeId),
    test: flag,
    created_at: time,
    finished_at: orNull(time),
  };
  const event = {
    event_id: madeId,
    event_type: eventType,
    environment: text,
    account_id: platformId,
    accepted_at: time,
  };
  const apiKey = {
    key_id: madeId,
    name,
    account_id: orNull(platformId),
    scopes: arrayOf({ enum: scopes }),
    created_at: time,
    last_used_at: orNull(time),
  };
  const subscribers: Schema = {
    anyOf: [{ ...arrayOf(text), maxItems: maximumSubscribers }, text],
    description: 'An array of addresses, or one comma-separated string.',
  };
  const byEventType = (settings: Schema) => Object.fromEntries(catalogue.keys.map((key) => [key, settings]));
  // In a change, null takes away: RFC 7396.
  const change = (properties: Readonly<Record<string, Schema>>) => orNull(input(properties, []));
  return {
    Problem: {
      ...object(
        {
          type: { ...text, description: 'A path under /problems/.' },
          title: text,
          status: { type: 'integer' },
          detail: text,
          errors: arrayOf(ref('ProblemError')),
        },
        ['type', 'title', 'status', 'detail'],
      ),
      description: 'What is wrong, as RFC 9457 has it.',
    },
    ProblemError: object({
      pointer: {
        ...text,
        description: 'An RFC 6901 pointer into the request body, or the name of a query parameter.',
      },
      message: text,
    }),
    AccountInput: input(
      { account_name: name, primary_contact: input({ name: orNull(name), email }, ['email']) },
      ['account_name', 'primary_contact'],
    ),
    Account: object({
      account_id: platformId,
      account_name: name,
      primary_contact: object({ name: orNull(name), email }),
      created_at: time,
      updated_at: time,
    }),
    AccountList: listOf('accounts', 'Account'),
    RecipientInput: input({ email }, ['email']),
    NotificationSettingsInput: input(
      {
        account_id: platformId,
        webhook_url: orNull({ ...text, format: 'uri', maxLength: 2048 }),
        events: change(
          byEventType(change({ send_webhook: orNull(flag), email_subscribers: orNull(subscribers) })),
        ),
        updated_at: orNull(time),
      },
      [],
    ),
    NotificationSettings: object({
      account_id: platformId,
      webhook_url: orNull(text),
      events: object(byEventType(object({ send_webhook: flag, email_subscribers: arrayOf(email) }))),
      updated_at: time,
    }),
    EventInput: {
      oneOf: catalogue.keys.map((key) => ref(`EventInput_${key}`)),
      discriminator: {
        propertyName: 'event_type',
        mapping: Object.fromEntries(
          catalogue.keys.map((key) => [key, `#/components/schemas/EventInput_${key}`]),
        ),
      },
    },
    ...Object.fromEntries(catalogue.keys.map((key) => [`EventInput_${key}`, catalogue.inputJsonSchema(key)])),
    ...Object.fromEntries(catalogue.keys.map((key) => [`Payload_${key}`, catalogue.payloadJsonSchema(key)])),
    EventBatchInput: input({ events: { ...arrayOf(ref('EventInput')), minItems: 1, maxItems: 1000 } }, [
      'events',
    ]),
    EventAccepted: object({ event_id: madeId, deliveries: count }),
    EventBatchResult: object({
      results: arrayOf({
        anyOf: [object({ status: { const: 202 }, event_id: madeId, deliveries: count }), ref('Problem')],
      }),
    }),
    Event: object(event),
    EventList: listOf('events', 'Event'),
    EventDetail: object({ ...event, payload: { type: 'object' }, deliveries: arrayOf(ref('Delivery')) }),
    EventTypeList: object({
      event_types: arrayOf(
        object({
          key: text,
          name: text,
          description: text,
          schema: { type: 'object' },
          example: { type: 'object' },
        }),
      ),
    }),
    Delivery: object(delivery),
    DeliveryList: listOf('deliveries', 'Delivery'),
    DeliveryDetail: object({ ...delivery, attempts: arrayOf(ref('Attempt')) }),
    DeliveryMail: object({ subject: text, html: text, text }),
    Attempt: object({
      attempt_id: madeId,
      started_at: time,
      duration_ms: count,
      outcome: { enum: ['succeeded', 'failed'] },
      reason: orNull(text),
      request: object({ headers: { type: 'object' }, body: text }),
      response: orNull(
        object({
          status: { type: 'integer' },
          headers: { type: 'object' },
          body: { ...text, description: 'The first 16 KiB; for e-mail the SMTP reply.' },
        }),
      ),
      detail: orNull({
        ...text,
        description: 'What happened, in words, where neither the reason nor a response says it.',
      }),
    }),
    RedeliveryQueued: object({ delivery_id: madeId }),
    RedeliveryFilter: input(
      {
        status: { enum: ['failed', 'interrupted'] },
        channel: { enum: channels },
        event_type: eventType,
        from: time,
        to: time,
      },
      ['status'],
    ),
    RedeliveriesQueued: object(
      {
        redelivered: count,
        passed_over: count,
        limited: object({ channel: { enum: channels }, retry_after: count }),
      },
      ['redelivered'],
    ),
    WebhookTest: input({ event_type: eventType }, ['event_type']),
    DeliveryStats: object({
      account_id: platformId,
      from: time,
      to: time,
      hours: arrayOf(
        object({
          hour: time,
          channel: { enum: channels },
          event_type: eventType,
          status: { enum: deliveryStatuses },
          count,
          duration_ms: {
            ...orNull(object({ p50: count, p95: count, p99: count })),
            description:
              'Of the last attempt, in milliseconds, accurate to within 10 %; null where nothing has finished.',
          },
        }),
      ),
    }),
    ApiKeyInput: input(
      { name, account_id: orNull(platformId), scopes: { ...arrayOf({ enum: scopes }), minItems: 1 } },
      ['name', 'scopes'],
    ),
    ApiKey: object(apiKey),
    ApiKeyCreated: object({ ...apiKey, key: { ...text, description: 'The key itself, shown this once.' } }),
    ApiKeyList: listOf('api_keys', 'ApiKey'),
    AuditEntry: object({
      entry_id: madeId,
      at: time,
      actor: object({ kind: { enum: ['key', 'session', 'operator'] }, id: text }),
      action: text,
      changes: arrayOf(object({ pointer: text, before: {}, after: {} })),
    }),
    AuditEntryList: listOf('entries', 'AuditEntry'),
    PortalLinkInput: input(
      {
        to: {
          ...text,
          description: 'A path of the page that the link leads to, such as /deliveries?status=failed.',
        },
      },
      [],
    ),
    PortalLink: object({ url: { ...text, format: 'uri' }, expires_at: time }),
    WebhookUrlInput: input({ webhook_url: text }, ['webhook_url']),
    WebhookUrlVerdict: object({
      problem: { ...orNull(text), description: 'What is wrong with the URL; null if it would be accepted.' },
    }),
    PortalSessionsEnded: object({ ended: count }),
    Session: object({
      account_id: platformId,
      account_name: name,
      expires_at: time,
      scopes: arrayOf({ enum: scopes }),
      platform: object({ admin_url: text, api_url: text }),
    }),
    Health: object({ status: text }, ['status']),
  };
}
