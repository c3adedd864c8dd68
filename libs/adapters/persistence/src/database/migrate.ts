import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { MigrationExecutor, type DataSource, type QueryRunner } from 'typeorm';
import { schemaOf, sessionOf } from './data-source-options.js';
import type { Database } from './database.js';
import { createSchema, migrationLockOf, schemaFailure, SchemaInUse } from './schema.js';
import { settingsWithin } from './session.js';
import { sqlStateOf } from './storage-failure.js';

/** The names of the migrations that were applied when a data source was opened. */
const applied = new WeakMap<DataSource, readonly string[]>();

/**
 * Processes of the version before may be at work on the tables. A migration that waits for a lock holds up everything that
 * comes after it, so it gives up soon and tries again. The first tries are shorter than PostgreSQL's deadlock_timeout
 * (1 s): where it holds one table and a publisher another, and each waits for the other's, the migration gives way. The
 * later ones are longer than that, for only then does an autovacuum under way give way to us.
 */
const lockTries = { briefMs: 500, brief: 10, longMs: 3_000, all: 30, pauseMs: 500 };

/** SQLSTATE of a lock that was not to be had in time, and of one that can't be had: deadlock. */
const lockFailures = new Set(['55P03', '40P01']);

/**
 * Applies the migrations that are missing, each in a transaction. Safe where several processes start at once: a lock
 * lets one through at a time, and the others then find nothing left to do. Lock and migrations share one connection, so
 * a pool of one is enough. Throws where a table could not be locked within about a minute and a half. Where it throws,
 * the data source is to be closed: its connection may still hold the lock.
 */
export async function applyMigrations(dataSource: DataSource): Promise<void> {
  const runner = dataSource.createQueryRunner();
  try {
    const client = (await runner.connect()) as pg.PoolClient;
    await runner.query('SET statement_timeout = 0');
    const lock = [migrationLockOf(schemaOf(dataSource))];
    await runner.query('SELECT pg_advisory_lock($1)', lock);
    await explaining(dataSource, runner, async () => {
      const executor = await prepare(dataSource, runner, 'each');
      await patiently(async (waitMs) => {
        await runner.query(`SET lock_timeout = ${waitMs}`);
        // What a failed try has applied stays applied: each migration has its own transaction.
        await executor.executePendingMigrations();
      });
    });
    await runner.query('SELECT pg_advisory_unlock($1)', lock);
    await sessionOf(dataSource)?.begin(client);
  } finally {
    await runner.release();
  }
}

/**
 * Applies the migrations that are missing where there is no session to hold a lock in: all of them in one transaction,
 * which holds it.
 */
export async function applyMigrationsAtOnce(dataSource: DataSource): Promise<void> {
  const runner = dataSource.createQueryRunner();
  try {
    const client = (await runner.connect()) as pg.PoolClient;
    await patiently(async (waitMs) => {
      // TypeORM's own, so that it begins no other.
      await runner.startTransaction();
      try {
        await runner.query(settingsWithin(client));
        await runner.query('SET LOCAL statement_timeout = 0');
        await runner.query('SELECT pg_advisory_xact_lock($1)', [migrationLockOf(schemaOf(dataSource))]);
        await runner.query(`SET LOCAL lock_timeout = ${waitMs}`);
        await explaining(dataSource, runner, async () => {
          const executor = await prepare(dataSource, runner, 'all');
          await executor.executePendingMigrations();
        });
        await runner.commitTransaction();
      } catch (error) {
        await runner.rollbackTransaction();
        throw error;
      }
    });
  } finally {
    await runner.release();
  }
}

/** Applies by `another` data source what is missing in the database of both. */
export async function applyMigrationsBy(another: DataSource, dataSource: DataSource): Promise<void> {
  try {
    await another.initialize();
    await applyMigrations(another);
    applied.set(dataSource, appliedMigrations(another));
  } finally {
    if (another.isInitialized) await another.destroy();
  }
}

/** Tries until the locks are to be had. */
async function patiently(attempt: (waitMs: number) => Promise<void>): Promise<void> {
  for (let tried = 1; ; tried += 1) {
    try {
      await attempt(tried <= lockTries.brief ? lockTries.briefMs : lockTries.longMs);
      return;
    } catch (error) {
      if (!lockFailures.has(sqlStateOf(error) ?? '') || tried === lockTries.all) throw error;
      await pause(lockTries.pauseMs);
    }
  }
}

/** Creates the schema where it is missing, and notes which migrations are. To be called with the lock held. */
async function prepare(
  dataSource: DataSource,
  runner: QueryRunner,
  transaction: 'each' | 'all',
): Promise<MigrationExecutor> {
  const schema = schemaOf(dataSource);
  await createSchema(runner, schema);
  const executor = new MigrationExecutor(dataSource, runner);
  executor.transaction = transaction;
  const [pending, executed] = [await executor.getPendingMigrations(), await executor.getExecutedMigrations()];
  // A newer version of ours knows the first of these migrations, too.
  if (executed.length > 0 && pending.length === dataSource.migrations.length) throw new SchemaInUse(schema);
  applied.set(
    dataSource,
    pending.map(({ name }) => name),
  );
  return executor;
}

/** Has what keeps a schema from being set up said in words that tell what to do. */
async function explaining(
  dataSource: DataSource,
  runner: QueryRunner,
  work: () => Promise<void>,
): Promise<void> {
  const [{ role }] = (await runner.query('SELECT current_user AS role')) as [{ role: string }];
  try {
    await work();
  } catch (error) {
    throw schemaFailure(error, schemaOf(dataSource), role);
  }
}

/** The names of the migrations that `applyMigrations` found missing on this data source, and applied. */
export function appliedMigrations(dataSource: DataSource): readonly string[] {
  return applied.get(dataSource) ?? [];
}

/** The names of this version's migrations that the database does not have. */
export async function missingMigrations(database: Database): Promise<string[]> {
  const applied = new Set(await migrationsOf(database));
  return knownMigrations(database.dataSource).filter((name) => !applied.has(name));
}

/** The names of migrations that the database has, and that this version does not know: a newer one applied them. */
export async function unknownMigrations(database: Database): Promise<string[]> {
  const known = new Set(knownMigrations(database.dataSource));
  return (await migrationsOf(database)).filter((name) => !known.has(name));
}

function knownMigrations({ migrations }: DataSource): string[] {
  return migrations.map((migration) => migration.name ?? migration.constructor.name);
}

/** Those that the database says were applied, oldest first; none where it is empty. */
async function migrationsOf(database: Database): Promise<string[]> {
  const [table] = await database.statement<{ found: boolean }>(
    `SELECT to_regclass('migrations') IS NOT NULL AS found`,
    [],
  );
  if (table?.found !== true) return [];
  const rows = await database.statement<{ name: string }>('SELECT name FROM migrations ORDER BY id', []);
  return rows.map(({ name }) => name);
}
