/** What `belfry doctor` finds out about the database. */
import type { Configuration } from '@belfry/configuration';
import type { InspectedDatabase, Pooling } from '@belfry/persistence';
import { describe } from '../failure.js';
import { ok, warning, wrong, type Finding } from './doctor-checks.js';

const oldestMajorVersion = 15;
/** Leases and retries go by the database's clock, time-outs and payloads by this machine's. */
const mostClockDifferenceMs = 5_000;

/** Whether the database answers, is new enough, has all migrations, and agrees with this machine on the time. Changes nothing. */
export async function checkDatabase({
  database: { url: databaseUrl, dataDirectory, poolSize, pooler, directUrl, schema },
}: Pick<Configuration, 'database'>): Promise<readonly Finding[]> {
  const { inspectDatabase } = await import('@belfry/persistence');
  let database: InspectedDatabase | null;
  try {
    database = await inspectDatabase(
      databaseUrl === null ? { dataDirectory, schema } : { databaseUrl, schema, pooler: pooler ?? undefined },
    );
  } catch (error) {
    const advice =
      databaseUrl === null
        ? 'check DATA_DIR, and that it belongs to the user running this command'
        : 'check DATABASE_URL, that the server is running, and that it accepts this machine';
    return [wrong('database', describe(error), advice)];
  }
  if (database === null)
    return [ok('database', `embedded, not created yet: the first start creates it in ${dataDirectory}`)];
  return [
    judgeVersion(database, databaseUrl === null),
    judgeMigrations(database),
    judgeClock(database.clockAheadMs),
    // The embedded database has one connection, and its disk is checked separately.
    ...(databaseUrl === null
      ? []
      : [
          judgeEncoding(database.encoding),
          ...judgePooling(database.pooling, directUrl !== null),
          judgeConnections(database.connections, poolSize),
          sizeOnServer(database.sizeBytes),
        ]),
  ];
}

function judgeVersion({ version, majorVersion }: InspectedDatabase, isEmbedded: boolean): Finding {
  const found = `${isEmbedded ? 'embedded, ' : ''}PostgreSQL ${version}`;
  return majorVersion >= oldestMajorVersion
    ? ok('database', found)
    : wrong('database', found, `use PostgreSQL ${oldestMajorVersion} or newer`);
}

/** A newer version's migrations must leave this one working: that is what makes a rollback possible. */
export function judgeMigrations({
  missingMigrations,
  unknownMigrations,
}: Pick<InspectedDatabase, 'missingMigrations' | 'unknownMigrations'>): Finding {
  if (missingMigrations.length > 0)
    return wrong(
      'migrations',
      `missing: ${missingMigrations.join(', ')}`,
      'run `belfry migrate`, or start the API',
    );
  if (unknownMigrations.length > 0)
    return warning(
      'migrations',
      `from a newer version: ${unknownMigrations.join(', ')}`,
      'normal during an upgrade or after a rollback; otherwise install the newer version here too',
    );
  return ok('migrations', 'all applied');
}

/** Whether the database can hold every text. */
export function judgeEncoding(encoding: string): Finding {
  return encoding === 'UTF8'
    ? ok('encoding', encoding)
    : wrong(
        'encoding',
        encoding,
        "create a database with ENCODING 'UTF8' TEMPLATE template0, and use that one",
      );
}

/** What a pooler in between means; nothing to say where there is no pooler. */
export function judgePooling(pooling: Pooling, hasDirectUrl: boolean): readonly Finding[] {
  if (pooling === 'none') return [];
  if (pooling === 'session') return [ok('pooler', 'keeps sessions')];
  return [
    hasDirectUrl
      ? ok('pooler', 'in transaction mode; notifications and migrations use DATABASE_DIRECT_URL')
      : warning(
          'pooler',
          "in transaction mode: processes notice each other's events only once a second",
          'set DATABASE_DIRECT_URL to the server itself, so that notifications and migrations bypass the pooler',
        ),
  ];
}

/** Whether there is room for one more process, which takes `poolSize` connections. */
export function judgeConnections(
  { most, used }: InspectedDatabase['connections'],
  poolSize: number,
): Finding {
  const found = `${used} of ${most} in use; a process takes up to ${poolSize}`;
  return most - used >= poolSize
    ? ok('connections', found)
    : warning('connections', found, 'raise max_connections, or lower DATABASE_POOL_SIZE');
}

/** How full the server's disk is cannot be seen from here. */
function sizeOnServer(bytes: number): Finding {
  return ok('disk', `the database takes ${Math.ceil(bytes / 1024 ** 2)} MiB on its server`);
}

/** `aheadMs`: how far the database's clock is ahead of ours. */
export function judgeClock(aheadMs: number): Finding {
  const found = `the database's is ${Math.abs(aheadMs)} ms ${aheadMs < 0 ? 'behind' : 'ahead of'} this machine's`;
  return Math.abs(aheadMs) <= mostClockDifferenceMs
    ? ok('clock', found)
    : wrong('clock', found, 'synchronize the clocks of both machines with NTP');
}
