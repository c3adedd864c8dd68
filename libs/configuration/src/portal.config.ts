import { z } from 'zod';
import { namespace } from './namespace.js';
import { url } from './rules.js';

/** An origin of somebody: `*` stands for names under a domain that has an owner, and for nothing else. */
const isOfSomebody = (origin: string) =>
  !origin.includes('*') || /^https?:\/\/\*(\.[a-z0-9-]+){2,}(:\d+)?$/i.test(origin);

const originsIn = (list: string) => list.split(',').map((origin) => origin.trim());

/** The admin page of an account. */
export const portalConfig = namespace('portal', {
  variables: {
    PORTAL_REFRESH_URL: url(['http:', 'https:'], 'https://app.example.com/notifications').optional(),
    PORTAL_FRAME_ANCESTORS: z
      .string()
      .regex(
        /^https?:\/\/[^\s;,'"\/?#@]+(,\s*https?:\/\/[^\s;,'"\/?#@]+)*$/,
        'must be a comma-separated list of origins such as https://app.example.com',
      )
      .refine((list) => originsIn(list).every(isOfSomebody), {
        error:
          'must name the sites that may embed the page, such as https://app.example.com or https://*.example.com: a * alone would allow every site',
      })
      .transform(originsIn)
      .optional(),
  },
  settings: (values) => ({
    /** Where to send an admin whose session is missing or over; null: the page says what to do. */
    refreshUrl: values.PORTAL_REFRESH_URL ?? null,
    /** Origins that may embed the page, beside its own. */
    frameAncestors: values.PORTAL_FRAME_ANCESTORS ?? [],
  }),
});
