/** Events as a publisher sends them, and the settings of an account that wants them. */
import type { Endpoint } from './endpoint.ts';

/** An event, ready for `POST /v1/events`. */
export interface SampleEvent {
  readonly event_type: string;
  readonly environment: string;
  readonly account_id: number;
  readonly data: Readonly<Record<string, string | number>>;
}

/** A failed run. */
export function failedRun(accountId: number, runId: number, environment = 'production'): SampleEvent {
  return {
    event_type: 'run_failed',
    environment,
    account_id: accountId,
    data: {
      run_id: runId,
      run_status: 'failed',
      tenant_id: 7,
      tenant_name: 'Acme',
      integration_id: 3,
      integration_name: 'CRM sync',
    },
  };
}

/** A new integration. */
export function integrationCreated(accountId: number, integrationId = 3): SampleEvent {
  return {
    event_type: 'integration_created',
    environment: 'production',
    account_id: accountId,
    data: { integration_id: integrationId, integration_name: 'CRM sync' },
  };
}

/** Settings by which failed runs go to the endpoint. */
export function webhooksOfFailedRuns(endpoint: Endpoint): object {
  return { webhook_url: endpoint.url(), events: { run_failed: { send_webhook: true } } };
}
