/**
 * The catalogue: one entry per event type. Everything that depends on the type of an event is derived from its entry:
 * TypeScript types, validation, JSON Schema, OpenAPI, the keys of the notification settings, the rows of the page and
 * the facts of the mails. A new event type is one entry here and nothing elsewhere.
 */
import { idField, linkField, nameField, statusField, type Field, type LinkField } from './fields.js';

/** The fields of an event's data, in the order in which they stand in the payload. */
export type Fields = Readonly<Record<string, Field>>;

/** What is known of one event type. */
export interface EventType<Key extends string = string, EventFields extends Fields = Fields> {
  readonly key: Key;
  readonly name: string;
  /** Completes "fired when …". */
  readonly description: string;
  readonly fields: EventFields;
  /** Data as a publisher would send it. */
  readonly example: Readonly<Record<string, string | number>>;
  /** The mail's subject after the place; `{field}` is filled in from the payload. */
  readonly subject: string;
  /** The field whose value mails about the same thing share, so that they form one thread. */
  readonly thread: string;
}

/** What a publisher sends as `data`: links may be left out. */
export type DataOf<Type extends EventType> = {
  readonly [Key in keyof Type['fields'] as Type['fields'][Key] extends LinkField ? never : Key]: ValueOf<
    Type['fields'][Key]
  >;
} & {
  readonly [Key in keyof Type['fields'] as Type['fields'][Key] extends LinkField ? Key : never]?: string;
};

type ValueOf<SomeField> = SomeField extends Field<infer Value> ? Value : never;

/** Helps the compiler to keep an entry's exact types. */
export function defineEventType<const Key extends string, const EventFields extends Fields>(
  type: EventType<Key, EventFields>,
): EventType<Key, EventFields> {
  return type;
}

const integration = {
  integration_id: idField('Integration id', 'the integration'),
  integration_name: nameField('Integration', 'the name of the integration'),
};
const tenant = {
  tenant_id: idField('Tenant id', 'the tenant'),
  tenant_name: nameField('Tenant', 'the name of the tenant'),
};
const exampleIntegration = { integration_id: 3, integration_name: 'CRM sync' };
const exampleTenant = { tenant_id: 7, tenant_name: 'Acme' };

/** The event types of the platform, in the order in which pages and answers list them. */
export const eventTypes = [
  defineEventType({
    key: 'integration_created',
    name: 'Integration Created',
    description: 'a new integration is created on the platform',
    fields: integration,
    example: exampleIntegration,
    subject: 'Integration created: {integration_name}',
    thread: 'integration_id',
  }),
  defineEventType({
    key: 'tenant_created',
    name: 'Tenant Created',
    description: 'a new tenant is created for an integration',
    fields: { ...tenant, ...integration },
    example: { ...exampleTenant, ...exampleIntegration },
    subject: 'Tenant created: {tenant_name} for {integration_name}',
    thread: 'integration_id',
  }),
  defineEventType({
    key: 'tenant_archived',
    name: 'Tenant Archived',
    description: 'a tenant is archived',
    fields: { ...tenant, ...integration },
    example: { ...exampleTenant, ...exampleIntegration },
    subject: 'Tenant archived: {tenant_name} of {integration_name}',
    thread: 'integration_id',
  }),
  defineEventType({
    key: 'partner_integration_updated',
    name: 'Partner Integration Updated',
    description: 'a partner modifies an existing integration',
    fields: {
      ...integration,
      partner_id: idField('Partner id', 'the partner'),
      partner_name: nameField('Partner', 'the name of the partner'),
    },
    example: { ...exampleIntegration, partner_id: 5, partner_name: 'Globex' },
    subject: 'Integration updated by {partner_name}: {integration_name}',
    thread: 'integration_id',
  }),
  defineEventType({
    key: 'run_failed',
    name: 'Run Failed',
    description: 'an integration run fails',
    fields: {
      run_id: idField('Run id', 'the run'),
      run_status: statusField('Status', 'the state the run ended in, such as failed'),
      admin_link: linkField('Open the run', 'the run in the admin dashboard', 'admin', '/runs/{run_id}'),
      api_link: linkField('Run in the API', 'the run resource in the API', 'api', '/runs/{run_id}'),
      api_status_link: linkField(
        'Status in the API',
        "the run's status in the API",
        'api',
        '/runs/{run_id}/status',
      ),
      api_triggers_link: linkField(
        'Triggers in the API',
        "the run's triggers in the API",
        'api',
        '/runs/{run_id}/triggers',
      ),
      ...tenant,
      ...integration,
    },
    example: { run_id: 901, run_status: 'failed', ...exampleTenant, ...exampleIntegration },
    subject: 'Run {run_id} failed: {integration_name} for {tenant_name}',
    thread: 'integration_id',
  }),
] as const satisfies readonly EventType[];

/** The event types by name: a handler for an unknown one does not compile. */
export type EventTypeKey = (typeof eventTypes)[number]['key'];

/** The entry of one event type. */
export type EventTypeOf<Key extends EventTypeKey> = Extract<(typeof eventTypes)[number], { key: Key }>;

/** What every payload begins with, in this order. */
export interface CommonPayload<Key extends string = string> {
  readonly event_type: Key;
  /** The namespace or environment where the event occurred. */
  readonly environment: string;
  /** The organization that owns the resource. */
  readonly account_id: number;
  readonly account_name: string;
  /** When the event occurred: RFC 3339 in UTC, with milliseconds. */
  readonly timestamp: string;
}

/** The webhook payload of one event type: the common fields, then the event type's own. */
export type PayloadOf<Key extends EventTypeKey> = CommonPayload<Key> & {
  readonly [Name in keyof EventTypeOf<Key>['fields']]: ValueOf<EventTypeOf<Key>['fields'][Name]>;
};
