/** The payloads as behaviour.md tables them: written out by hand, so that the catalogue is checked against the contract. */
export const commonFields = ['event_type', 'environment', 'account_id', 'account_name', 'timestamp'] as const;

export const ownFields: Readonly<Record<string, Readonly<Record<string, 'integer' | 'string'>>>> = {
  integration_created: { integration_id: 'integer', integration_name: 'string' },
  tenant_created: {
    tenant_id: 'integer',
    tenant_name: 'string',
    integration_id: 'integer',
    integration_name: 'string',
  },
  tenant_archived: {
    tenant_id: 'integer',
    tenant_name: 'string',
    integration_id: 'integer',
    integration_name: 'string',
  },
  partner_integration_updated: {
    integration_id: 'integer',
    integration_name: 'string',
    partner_id: 'integer',
    partner_name: 'string',
  },
  run_failed: {
    run_id: 'integer',
    run_status: 'string',
    admin_link: 'string',
    api_link: 'string',
    api_status_link: 'string',
    api_triggers_link: 'string',
    tenant_id: 'integer',
    tenant_name: 'string',
    integration_id: 'integer',
    integration_name: 'string',
  },
};
