/** What works on the database itself, beside the REST API. */
import { ChangePreview, InterruptQueued, type InterruptedAccount } from '@belfry/application';
import { isDevelopment } from '@belfry/configuration';
import { version } from '@belfry/nest';
import { DatabaseHealth } from '@belfry/persistence';
import { Refusal } from '../failure.js';
import { operator, type Database } from './database.js';

/** The work on a database. */
export interface Maintenance {
  /** Applies the missing migrations, and returns their names. */
  migrate(): Promise<readonly string[]>;
  /** Makes the sample account, or points the webhooks of the existing one at this machine; the key is null for that one. */
  seed(): Promise<{
    readonly account_id: number;
    readonly webhook_url: string;
    readonly key: string | null;
  }>;
  /** The webhooks that are queued or being sent and were created before this time, by account. */
  queuedBefore(time: Date): Promise<readonly InterruptedAccount[]>;
  /** Interrupts those webhooks. */
  interruptQueuedBefore(time: Date): Promise<readonly InterruptedAccount[]>;
}

/** The work on this database. */
export function maintenanceOn(database: Database): Maintenance {
  return {
    migrate: async () => (await database.app()).get(DatabaseHealth).appliedAtOpening,
    seed: async () => {
      const { configuration } = database;
      if (!isDevelopment(configuration))
        throw new Refusal(
          'the sample account is for development only, but NODE_ENV is production or SMTP_URL is set',
        );
      const { developmentEndpoint, seedSampleAccount } = await import('@belfry/development');
      const endpoint = developmentEndpoint(configuration.http);
      const { sites } = configuration.platform;
      const made = await seedSampleAccount(await database.app(), { endpoint, sites, version });
      return { account_id: made.accountId, webhook_url: endpoint, key: made.apiKey };
    },
    queuedBefore: async (time) => (await database.app()).get(ChangePreview).interruptions(time),
    interruptQueuedBefore: async (time) =>
      (await database.app()).get(InterruptQueued).createdBefore(operator, time),
  };
}
