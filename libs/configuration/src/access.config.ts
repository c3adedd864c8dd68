import { defaults } from '@belfry/nest';
import { z } from 'zod';
import { namespace } from './namespace.js';
import { integer } from './rules.js';

const bootstrapKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/, 'must be 1 to 255 printable ASCII characters without spaces')
  .optional();
const { testsPerMinute, mailRedeliveriesPerHour, webhookRedeliveriesPerHour } = defaults.allowances;

/** Who may ask, and how often. */
export const accessConfig = namespace('access', {
  variables: {
    BOOTSTRAP_API_KEY: bootstrapKey,
    BOOTSTRAP_API_KEY_PREVIOUS: bootstrapKey,
    RATE_LIMIT_PER_KEY: integer(1, 1_000_000, 10_000),
    RATE_LIMIT_REFUSALS: integer(1, 1_000_000, 600),
    ACCOUNT_REQUESTS_PER_SECOND: integer(1, 1_000_000, 100),
    ACCOUNT_TESTS_PER_MINUTE: integer(1, 1_000_000, testsPerMinute),
    ACCOUNT_MAIL_REDELIVERIES_PER_HOUR: integer(1, 1_000_000, mailRedeliveriesPerHour),
    ACCOUNT_WEBHOOK_REDELIVERIES_PER_HOUR: integer(1, 10_000_000, webhookRedeliveriesPerHour),
  },
  secrets: ['BOOTSTRAP_API_KEY', 'BOOTSTRAP_API_KEY_PREVIOUS'],
  settings: (values) => ({
    bootstrapApiKey: values.BOOTSTRAP_API_KEY ?? null,
    /** The one before it, which counts on while it is rotated. */
    previousBootstrapApiKey: values.BOOTSTRAP_API_KEY_PREVIOUS ?? null,
    /** Requests of one key or session. */
    requestsPerSecond: values.RATE_LIMIT_PER_KEY,
    /** Requests of one client address that were refused for their key, session or link. */
    refusalsPerMinute: values.RATE_LIMIT_REFUSALS,
    /** Requests of all sessions and keys of one account together. */
    accountRequestsPerSecond: values.ACCOUNT_REQUESTS_PER_SECOND,
    /** What one account may ask for in all processes together. */
    allowances: {
      testsPerMinute: values.ACCOUNT_TESTS_PER_MINUTE,
      mailRedeliveriesPerHour: values.ACCOUNT_MAIL_REDELIVERIES_PER_HOUR,
      webhookRedeliveriesPerHour: values.ACCOUNT_WEBHOOK_REDELIVERIES_PER_HOUR,
    },
  }),
});
