import type { BelfryOptions } from '@belfry/nest';
import type { Configuration } from './configuration.js';

/** What the settings of the process mean for the module that does the work. */
export function belfryOptions(configuration: Configuration) {
  const { database, mail, webhooks, limits, access, platform, http } = configuration;
  const { bootstrapApiKey, previousBootstrapApiKey, allowances } = access;
  return {
    database: {
      schema: database.schema,
      ...(database.url === null
        ? { embedded: database.dataDirectory }
        : {
            url: database.url,
            pooler: database.pooler ?? undefined,
            directUrl: database.directUrl ?? undefined,
            poolSize: database.poolSize,
            readPoolSize: database.readPoolSize,
          }),
    },
    smtp: {
      url: mail.smtpUrl ?? undefined,
      from: mail.from,
      ehloName: mail.ehloName,
      authorities: mail.authorities,
    },
    webhooks: { ...webhooks, nameServers: webhooks.nameServers ?? undefined },
    limits,
    allowances,
    retention: platform.retention,
    publicUrl: http.publicUrl,
    sites: platform.sites,
    bootstrapKeys: [bootstrapApiKey, previousBootstrapApiKey].filter((key) => key !== null),
  } satisfies BelfryOptions;
}
