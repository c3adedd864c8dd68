import { MigrationExecutor, type DataSource } from 'typeorm';

/** The names of the migrations that were applied when a data source was opened. */
const applied = new WeakMap<DataSource, readonly string[]>();

/** Any number that nothing else in the database locks: the letters "belfry". */
const migrationLock = 0x62656c667279;

/**
 * Applies the migrations that are missing, each in a transaction. Safe where several processes start at once: a lock
 * lets one through at a time, and the others then find nothing left to do. Lock and migrations share one connection, so
 * a pool of one is enough. Where it throws, the data source is to be closed: its connection may still hold the lock.
 */
export async function applyMigrations(dataSource: DataSource): Promise<void> {
  const runner = dataSource.createQueryRunner();
  try {
    await runner.query('SET statement_timeout = 0');
    await runner.query('SELECT pg_advisory_lock($1)', [migrationLock]);
    const executor = new MigrationExecutor(dataSource, runner);
    executor.transaction = 'each';
    const done = await executor.executePendingMigrations();
    applied.set(
      dataSource,
      done.map(({ name }) => name),
    );
    await runner.query('SELECT pg_advisory_unlock($1)', [migrationLock]);
    await runner.query('RESET statement_timeout');
  } finally {
    await runner.release();
  }
}

/** The names of the migrations that `applyMigrations` found missing on this data source, and applied. */
export function appliedMigrations(dataSource: DataSource): readonly string[] {
  return applied.get(dataSource) ?? [];
}

/** The names of this version's migrations that the database does not have. */
export async function missingMigrations(dataSource: DataSource): Promise<string[]> {
  const [table] = await dataSource.query<{ found: boolean }[]>(
    `SELECT to_regclass('migrations') IS NOT NULL AS found`,
  );
  const applied =
    table?.found === true ? await dataSource.query<{ name: string }[]>('SELECT name FROM migrations') : [];
  const names = new Set(applied.map((row) => row.name));
  return dataSource.migrations
    .map((migration) => migration.name ?? migration.constructor.name)
    .filter((name) => !names.has(name));
}
