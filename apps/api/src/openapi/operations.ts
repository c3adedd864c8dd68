/** The operations of the REST API, one row each: what the OpenAPI document's paths are made from. */
import type { Scope } from '@belfry/application';

/** One operation. */
export interface Operation {
  readonly method: 'get' | 'put' | 'patch' | 'post' | 'delete';
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  readonly tag: string;
  /** Who may call it; none: everybody. Any one of these is enough. */
  readonly scopes: readonly Scope[];
  /** The schema of the request's body. */
  readonly body?: string;
  /** The schema of the answer's body, by status; null where there is none. */
  readonly answers: Readonly<Record<number, string | null>>;
  /** Names of query parameters and headers, as `parameters` holds them. */
  readonly parameters?: readonly string[];
  /** Statuses of problems that this operation may answer, beside those that all do. */
  readonly problems?: readonly number[];
}

const paged = ['limit', 'cursor'];

export const operations: readonly Operation[] = [
  {
    method: 'post',
    path: '/v1/events',
    id: 'publishEvent',
    summary: 'Publish an event. Answers once the event and its deliveries are durably stored.',
    tag: 'Events',
    scopes: ['events:publish'],
    body: 'EventInput',
    answers: { 202: 'EventAccepted' },
    parameters: ['Idempotency-Key'],
    problems: [400, 404, 409, 413, 415],
  },
  {
    method: 'post',
    path: '/v1/events/batch',
    id: 'publishEvents',
    summary: 'Publish up to 1000 events. Each is taken or refused on its own; the results come in the same order.',
    tag: 'Events',
    scopes: ['events:publish'],
    body: 'EventBatchInput',
    answers: { 207: 'EventBatchResult' },
    parameters: ['Idempotency-Key'],
    problems: [400, 413, 415],
  },
  {
    method: 'get',
    path: '/v1/accounts/{account_id}/events',
    id: 'listEvents',
    summary: "List an account's events, newest first.",
    tag: 'Events',
    scopes: ['deliveries:read'],
    answers: { 200: 'EventList' },
    parameters: ['event_type', 'from', 'to', ...paged],
    problems: [400, 404],
  },
  {
    method: 'get',
    path: '/v1/accounts/{account_id}/events/{event_id}',
    id: 'findEvent',
    summary: 'One event with its payload and deliveries.',
    tag: 'Events',
    scopes: ['deliveries:read'],
    answers: { 200: 'EventDetail' },
    problems: [404],
  },
  {
    method: 'get',
    path: '/v1/event-types',
    id: 'listEventTypes',
    summary: 'The event types, each with the JSON Schema of its webhook payload and an example.',
    tag: 'Events',
    scopes: ['events:publish', 'settings:read', 'settings:write', 'deliveries:read'],
    answers: { 200: 'EventTypeList' },
  },
  {
    method: 'put',
    path: '/v1/accounts/{account_id}',
    id: 'putAccount',
    summary: 'Create or replace an account.',
    tag: 'Accounts',
    scopes: ['accounts:write'],
    body: 'AccountInput',
    answers: { 200: 'Account', 201: 'Account' },
    problems: [400, 413, 415],
  },
  {
    method: 'get',
    path: '/v1/accounts/{account_id}',
    id: 'findAccount',
    summary: 'One account.',
    tag: 'Accounts',
    scopes: ['accounts:write', 'settings:read'],
    answers: { 200: 'Account' },
    problems: [404],
  },
  {
    method: 'get',
    path: '/v1/accounts',
    id: 'listAccounts',
    summary: 'List accounts in the order of their ids.',
    tag: 'Accounts',
    scopes: ['accounts:write', 'settings:read'],
    answers: { 200: 'AccountList' },
    parameters: paged,
    problems: [400],
  },
  {
    method: 'get',
    path: '/v1/accounts/{account_id}/notification-settings',
    id: 'findNotificationSettings',
    summary: "An account's notification settings. Without settings:write the URL's query is masked.",
    tag: 'Notification settings',
    scopes: ['settings:read', 'settings:write'],
    answers: { 200: 'NotificationSettings' },
    problems: [404],
  },
  {
    method: 'put',
    path: '/v1/accounts/{account_id}/notification-settings',
    id: 'replaceNotificationSettings',
    summary: 'Replace the notification settings: what is left out is off, empty or null.',
    tag: 'Notification settings',
    scopes: ['settings:write'],
    body: 'NotificationSettingsInput',
    answers: { 200: 'NotificationSettings' },
    parameters: ['If-Match'],
    problems: [400, 404, 412, 413, 415],
  },
  {
    method: 'patch',
    path: '/v1/accounts/{account_id}/notification-settings',
    id: 'changeNotificationSettings',
    summary: 'Change the notification settings by a JSON Merge Patch (RFC 7396).',
    tag: 'Notification settings',
    scopes: ['settings:write'],
    body: 'NotificationSettingsInput',
    answers: { 200: 'NotificationSettings' },
    parameters: ['If-Match'],
    problems: [400, 404, 412, 413, 415],
  },
  {
    method: 'get',
    path: '/v1/accounts/{account_id}/deliveries',
    id: 'listDeliveries',
    summary: "List an account's deliveries, newest first.",
    tag: 'Deliveries',
    scopes: ['deliveries:read'],
    answers: { 200: 'DeliveryList' },
    parameters: ['status', 'channel', 'event_type', 'event_id', 'from', 'to', ...paged],
    problems: [400, 404],
  },
  {
    method: 'get',
    path: '/v1/accounts/{account_id}/deliveries/{delivery_id}',
    id: 'findDelivery',
    summary: 'One delivery with its attempts: what was sent, and what came back.',
    tag: 'Deliveries',
    scopes: ['deliveries:read'],
    answers: { 200: 'DeliveryDetail' },
    problems: [404],
  },
  {
    method: 'post',
    path: '/v1/api-keys',
    id: 'createApiKey',
    summary: 'Make an API key. It is shown in this answer and never again.',
    tag: 'API keys',
    scopes: ['keys:write'],
    body: 'ApiKeyInput',
    answers: { 201: 'ApiKeyCreated' },
    problems: [400, 413, 415],
  },
  {
    method: 'get',
    path: '/v1/api-keys',
    id: 'listApiKeys',
    summary: 'List API keys, newest first.',
    tag: 'API keys',
    scopes: ['keys:write'],
    answers: { 200: 'ApiKeyList' },
    parameters: paged,
    problems: [400],
  },
  {
    method: 'delete',
    path: '/v1/api-keys/{key_id}',
    id: 'revokeApiKey',
    summary: 'Revoke an API key at once.',
    tag: 'API keys',
    scopes: ['keys:write'],
    answers: { 204: null },
    problems: [404],
  },
  {
    method: 'get',
    path: '/health/live',
    id: 'live',
    summary: 'The process lives.',
    tag: 'Operations',
    scopes: [],
    answers: { 200: 'Health' },
  },
  {
    method: 'get',
    path: '/health/ready',
    id: 'ready',
    summary: 'The process can do its work: database reachable, migrations applied, dispatcher running.',
    tag: 'Operations',
    scopes: [],
    answers: { 200: 'Health', 503: 'Health' },
  },
];
