import { defaults } from '@belfry/nest';
import { namespace } from './namespace.js';
import { integer, webUrl } from './rules.js';

/** The platform around this service, and how long its history is kept. */
export const platformConfig = namespace('platform', {
  variables: {
    PLATFORM_ADMIN_URL: webUrl('https://admin.example.com').default(defaults.sites.admin),
    PLATFORM_API_URL: webUrl('https://api.example.com').default(defaults.sites.api),
    RETENTION_DAYS: integer(1, 36_500, defaults.retention.events),
    AUDIT_RETENTION_DAYS: integer(1, 36_500, defaults.retention.audit),
  },
  settings: (values) => ({
    /** Where built links in payloads begin. */
    sites: { admin: values.PLATFORM_ADMIN_URL, api: values.PLATFORM_API_URL },
    /** For how many days events, and the audit log with keys that were revoked, are kept. */
    retention: { events: values.RETENTION_DAYS, audit: values.AUDIT_RETENTION_DAYS },
  }),
});
