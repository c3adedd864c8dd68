import type { Configuration } from '@belfry/composition';
import type { InspectedDatabase } from '@belfry/persistence';
import { describe } from '../../report-failure.js';
import { ok, wrong, type Finding } from './finding.js';

const oldestMajorVersion = 15;
/** Leases and retries are counted by the database's clock, time-outs and payloads by ours. */
const mostClockDifferenceMs = 5_000;

/** Whether the database answers, is new enough, has all migrations, and agrees with us on the time. Changes nothing. */
export async function checkDatabase({
  databaseUrl,
  dataDirectory,
}: Pick<Configuration, 'databaseUrl' | 'dataDirectory'>): Promise<readonly Finding[]> {
  const { inspectDatabase } = await import('@belfry/persistence');
  let database: InspectedDatabase | null;
  try {
    database = await inspectDatabase(databaseUrl === null ? { dataDirectory } : { databaseUrl });
  } catch (error) {
    const advice =
      databaseUrl === null
        ? 'check DATA_DIR, and that its owner is who runs this'
        : 'check DATABASE_URL, that the server runs, and that it lets this machine in';
    return [wrong('database', describe(error), advice)];
  }
  if (database === null)
    return [ok('database', `embedded, not made yet: the first start makes it in ${dataDirectory}`)];
  return [
    judgeVersion(database, databaseUrl === null),
    judgeMigrations(database),
    judgeClock(database.clockAheadMs),
  ];
}

function judgeVersion({ version, majorVersion }: InspectedDatabase, isEmbedded: boolean): Finding {
  const found = `${isEmbedded ? 'embedded, ' : ''}PostgreSQL ${version}`;
  return majorVersion >= oldestMajorVersion
    ? ok('database', found)
    : wrong('database', found, `use PostgreSQL ${oldestMajorVersion} or newer`);
}

function judgeMigrations({ missingMigrations }: InspectedDatabase): Finding {
  return missingMigrations.length === 0
    ? ok('migrations', 'all applied')
    : wrong(
        'migrations',
        `missing: ${missingMigrations.join(', ')}`,
        'run `belfry migrate`, or start the API',
      );
}

/** `aheadMs`: how far the database's clock is ahead of ours. */
export function judgeClock(aheadMs: number): Finding {
  const found = `the database's is ${Math.abs(aheadMs)} ms ${aheadMs < 0 ? 'behind' : 'ahead of'} this machine's`;
  return Math.abs(aheadMs) <= mostClockDifferenceMs
    ? ok('clock', found)
    : wrong('clock', found, 'let both machines set their clocks by NTP');
}
