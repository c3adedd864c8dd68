/** The one event that everything here publishes, and its webhook's bytes. Events are told apart by `run_id`. */

/** Run ids have seven digits, so that all bodies are equally long. */
export const firstRunId = 1_000_000;
export const accountName = 'Acme Inc';
const timestamp = '2026-11-24T12:00:00.000Z';

function dataOf(runId) {
  return {
    run_id: runId,
    run_status: 'failed',
    admin_link: `https://admin.example.com/runs/${runId}`,
    api_link: `https://api.example.com/runs/${runId}`,
    api_status_link: `https://api.example.com/runs/${runId}/status`,
    api_triggers_link: `https://api.example.com/runs/${runId}/triggers`,
    tenant_id: 7,
    tenant_name: 'Acme',
    integration_id: 3,
    integration_name: 'CRM sync',
  };
}

/** What a publisher posts. */
export function publishedBody(runId, accountId) {
  return JSON.stringify({
    event_type: 'run_failed',
    environment: 'production',
    account_id: accountId,
    timestamp,
    data: dataOf(runId),
  });
}

/** What the endpoint gets, made from what was published. */
export function webhookBody({ event_type, environment, account_id, timestamp: at, data }) {
  return JSON.stringify({
    event_type,
    environment,
    account_id,
    account_name: accountName,
    timestamp: at,
    ...data,
  });
}

/** The event's number, read from a webhook's body; NaN where it has none. */
export function runIdOf(body) {
  return Number(/"run_id":(\d+)/.exec(body)?.[1]);
}

/** Milliseconds of a clock that all processes of this machine share. */
export function now() {
  return Number(process.hrtime.bigint()) / 1e6;
}
