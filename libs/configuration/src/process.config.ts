import { z } from 'zod';
import { namespace } from './namespace.js';
import { integer } from './rules.js';

/** What this process does: answer REST, start deliveries, or both. */
export type Role = 'api' | 'worker' | 'all';

/** The process itself. */
export const processConfig = namespace('process', {
  variables: {
    ROLE: z.enum(['api', 'worker', 'all'], { error: 'must be api, worker or all' }).default('all'),
    NODE_ENV: z.string().optional(),
    LOG_LEVEL: z
      .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
        error: 'must be trace, debug, info, warn, error, fatal or silent',
      })
      .default('info'),
    STOP_DELAY_MS: integer(0, 600_000, 0),
  },
  settings: ({ ROLE, NODE_ENV, LOG_LEVEL, STOP_DELAY_MS }) => ({
    role: ROLE satisfies Role,
    production: NODE_ENV === 'production',
    logLevel: LOG_LEVEL,
    /** How long a process that was told to stop goes on as before, only not ready, so that no traffic is led to it. */
    stopDelayMs: STOP_DELAY_MS,
  }),
});
