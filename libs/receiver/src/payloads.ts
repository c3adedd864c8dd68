/**
 * The bodies of webhooks. Their fields are written from the catalogue of event types by `npm run docs`: this package has
 * no dependencies, and so cannot take them from there itself.
 */
// <!-- payload types: npm run docs -->

/** Sent when a new integration is created on the platform. */
export interface IntegrationCreated {
  /** The event type. */
  readonly event_type: 'integration_created';
  /** The namespace or environment where the event occurred. */
  readonly environment: string;
  /** The organization that owns the resource. */
  readonly account_id: number;
  /** The name of the organization. */
  readonly account_name: string;
  /** When the event occurred: RFC 3339 in UTC, with milliseconds. */
  readonly timestamp: string;
  /** The integration. */
  readonly integration_id: number;
  /** The name of the integration. */
  readonly integration_name: string;
}

/** Sent when a new tenant is created for an integration. */
export interface TenantCreated {
  /** The event type. */
  readonly event_type: 'tenant_created';
  /** The namespace or environment where the event occurred. */
  readonly environment: string;
  /** The organization that owns the resource. */
  readonly account_id: number;
  /** The name of the organization. */
  readonly account_name: string;
  /** When the event occurred: RFC 3339 in UTC, with milliseconds. */
  readonly timestamp: string;
  /** The tenant. */
  readonly tenant_id: number;
  /** The name of the tenant. */
  readonly tenant_name: string;
  /** The integration. */
  readonly integration_id: number;
  /** The name of the integration. */
  readonly integration_name: string;
}

/** Sent when a tenant is archived. */
export interface TenantArchived {
  /** The event type. */
  readonly event_type: 'tenant_archived';
  /** The namespace or environment where the event occurred. */
  readonly environment: string;
  /** The organization that owns the resource. */
  readonly account_id: number;
  /** The name of the organization. */
  readonly account_name: string;
  /** When the event occurred: RFC 3339 in UTC, with milliseconds. */
  readonly timestamp: string;
  /** The tenant. */
  readonly tenant_id: number;
  /** The name of the tenant. */
  readonly tenant_name: string;
  /** The integration. */
  readonly integration_id: number;
  /** The name of the integration. */
  readonly integration_name: string;
}

/** Sent when a partner modifies an existing integration. */
export interface PartnerIntegrationUpdated {
  /** The event type. */
  readonly event_type: 'partner_integration_updated';
  /** The namespace or environment where the event occurred. */
  readonly environment: string;
  /** The organization that owns the resource. */
  readonly account_id: number;
  /** The name of the organization. */
  readonly account_name: string;
  /** When the event occurred: RFC 3339 in UTC, with milliseconds. */
  readonly timestamp: string;
  /** The integration. */
  readonly integration_id: number;
  /** The name of the integration. */
  readonly integration_name: string;
  /** The partner. */
  readonly partner_id: number;
  /** The name of the partner. */
  readonly partner_name: string;
}

/** Sent when an integration run fails. */
export interface RunFailed {
  /** The event type. */
  readonly event_type: 'run_failed';
  /** The namespace or environment where the event occurred. */
  readonly environment: string;
  /** The organization that owns the resource. */
  readonly account_id: number;
  /** The name of the organization. */
  readonly account_name: string;
  /** When the event occurred: RFC 3339 in UTC, with milliseconds. */
  readonly timestamp: string;
  /** The run. */
  readonly run_id: number;
  /** The state the run ended in, such as failed. */
  readonly run_status: string;
  /** The run in the admin dashboard. */
  readonly admin_link: string;
  /** The run resource in the API. */
  readonly api_link: string;
  /** The run's status in the API. */
  readonly api_status_link: string;
  /** The run's triggers in the API. */
  readonly api_triggers_link: string;
  /** The tenant. */
  readonly tenant_id: number;
  /** The name of the tenant. */
  readonly tenant_name: string;
  /** The integration. */
  readonly integration_id: number;
  /** The name of the integration. */
  readonly integration_name: string;
}

/** The payload of a webhook: compare `event_type` to know which one. */
export type Payload =
  IntegrationCreated | TenantCreated | TenantArchived | PartnerIntegrationUpdated | RunFailed;

// <!-- end of payload types -->
