import { parseAllowedDestinations } from '@belfry/domain';
import { defaults } from '@belfry/nest';
import { parseNameServers } from '@belfry/webhook';
import { namespace } from './namespace.js';
import { integer, readBy } from './rules.js';

/** How webhooks are sent, and what they may reach. */
export const webhooksConfig = namespace('webhooks', {
  variables: {
    WEBHOOK_TIMEOUT_MS: integer(1, 600_000, defaults.webhooks.timeoutMs),
    WEBHOOK_LEASE_MARGIN_MS: integer(1_000, 600_000, defaults.webhooks.leaseMarginMs),
    DNS_SERVERS: readBy(parseNameServers).optional(),
    WEBHOOK_ALLOWED_HOSTS: readBy((hosts) => parseAllowedDestinations(hosts, '')).optional(),
    WEBHOOK_ALLOWED_CIDRS: readBy((cidrs) => parseAllowedDestinations('', cidrs)).optional(),
  },
  settings: (values) => ({
    timeoutMs: values.WEBHOOK_TIMEOUT_MS,
    /** How much longer than the longest webhook a claim holds: room for a slow record, short enough that a death shows soon. */
    leaseMarginMs: values.WEBHOOK_LEASE_MARGIN_MS,
    /** Name servers, `address` or `address:port`, asked for the names of endpoints; null: the system's. */
    nameServers: values.DNS_SERVERS ?? null,
    /** What accounts' endpoints may be although it is not public. */
    allowed: {
      ...defaults.webhooks.allowed,
      ...(values.WEBHOOK_ALLOWED_HOSTS && { hosts: values.WEBHOOK_ALLOWED_HOSTS.hosts }),
      ...(values.WEBHOOK_ALLOWED_CIDRS && { cidrs: values.WEBHOOK_ALLOWED_CIDRS.cidrs }),
    },
  }),
});
