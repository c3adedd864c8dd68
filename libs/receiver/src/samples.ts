import type { Payload } from './payloads.js';

/** A payload of each event type, as the catalogue's examples give them. */
// <!-- samples: npm run docs -->

export const samplePayloads: {
  readonly [Key in Payload['event_type']]: Extract<Payload, { event_type: Key }>;
} = {
  integration_created: {
    event_type: 'integration_created',
    environment: 'production',
    account_id: 42,
    account_name: 'Acme Inc',
    timestamp: '2026-11-24T12:00:00.000Z',
    integration_id: 3,
    integration_name: 'CRM sync',
  },
  tenant_created: {
    event_type: 'tenant_created',
    environment: 'production',
    account_id: 42,
    account_name: 'Acme Inc',
    timestamp: '2026-11-24T12:00:00.000Z',
    tenant_id: 7,
    tenant_name: 'Acme',
    integration_id: 3,
    integration_name: 'CRM sync',
  },
  tenant_archived: {
    event_type: 'tenant_archived',
    environment: 'production',
    account_id: 42,
    account_name: 'Acme Inc',
    timestamp: '2026-11-24T12:00:00.000Z',
    tenant_id: 7,
    tenant_name: 'Acme',
    integration_id: 3,
    integration_name: 'CRM sync',
  },
  partner_integration_updated: {
    event_type: 'partner_integration_updated',
    environment: 'production',
    account_id: 42,
    account_name: 'Acme Inc',
    timestamp: '2026-11-24T12:00:00.000Z',
    integration_id: 3,
    integration_name: 'CRM sync',
    partner_id: 5,
    partner_name: 'Globex',
  },
  run_failed: {
    event_type: 'run_failed',
    environment: 'production',
    account_id: 42,
    account_name: 'Acme Inc',
    timestamp: '2026-11-24T12:00:00.000Z',
    run_id: 901,
    run_status: 'failed',
    admin_link: 'https://app.example.com/runs/901',
    api_link: 'https://api.example.com/runs/901',
    api_status_link: 'https://api.example.com/runs/901/status',
    api_triggers_link: 'https://api.example.com/runs/901/triggers',
    tenant_id: 7,
    tenant_name: 'Acme',
    integration_id: 3,
    integration_name: 'CRM sync',
  },
};

// <!-- end of samples -->
