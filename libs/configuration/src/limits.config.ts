import { defaults } from '@belfry/nest';
import { namespace } from './namespace.js';
import { integer } from './rules.js';

const { webhooks, mails } = defaults.limits;

/** How many deliveries this process sends at once. */
export const limitsConfig = namespace('limits', {
  variables: {
    WEBHOOKS_IN_FLIGHT: integer(1, 10_000, webhooks.inFlight),
    WEBHOOKS_IN_FLIGHT_PER_ACCOUNT: integer(1, 10_000, webhooks.perAccount),
    MAILS_IN_FLIGHT: integer(1, 1_000, mails.inFlight),
    MAILS_IN_FLIGHT_PER_DOMAIN: integer(1, 1_000, mails.perDomain),
  },
  settings: (values) => {
    const { WEBHOOKS_IN_FLIGHT: inFlight, MAILS_IN_FLIGHT } = values;
    // A total below the preset of one account is no contradiction: only the one that was set counts.
    const perAccount = Math.min(values.WEBHOOKS_IN_FLIGHT_PER_ACCOUNT, inFlight);
    return {
      webhooks: {
        inFlight,
        perAccount,
        /** To one scheme, host and port, whoever's endpoints they are: half of all, or what one account may have. */
        perOrigin: Math.max(perAccount, inFlight >> 1),
      },
      mails: {
        inFlight: MAILS_IN_FLIGHT,
        perDomain: Math.min(values.MAILS_IN_FLIGHT_PER_DOMAIN, MAILS_IN_FLIGHT),
      },
    };
  },
});
