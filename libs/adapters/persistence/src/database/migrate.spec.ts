import { createEmptyDatabase } from '@belfry/kit/databases';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { DatabaseHealth } from './database-health.js';
import { Database } from './database.js';
import { createDataSource } from './data-source-options.js';
import { setTimeout as pause } from 'node:timers/promises';
import { appliedMigrations, applyMigrations, missingMigrations } from './migrate.js';
import { SessionSettings } from './session.js';
import { openDatabase } from './open-database.js';

/** A migration of a later version. */
class AddsColumn1999999999999 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('LOCK TABLE deliveries IN ACCESS EXCLUSIVE MODE');
    await runner.query('ALTER TABLE deliveries ADD COLUMN later boolean');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE deliveries DROP COLUMN later');
  }
}

describe('migrations', () => {
  it('are applied once where four processes start at the same time', async () => {
    const { url, drop } = await createEmptyDatabase();
    const opened = await Promise.all(
      Array.from({ length: 4 }, () => openDatabase({ databaseUrl: url, poolSize: 2 }, () => undefined)),
    );
    const [first] = opened;
    const applied = await first!.query<{ name: string }[]>('SELECT name FROM migrations');
    expect(applied.map((row) => row.name)).toEqual(
      first!.migrations.map((migration) => migration.constructor.name),
    );
    expect(await missingMigrations(new Database(first!))).toEqual([]);
    await Promise.all(opened.map((each) => each.destroy()));
    await drop();
  });

  it('give way to a transaction that holds what they need, which then goes on undisturbed, and come after it', async () => {
    const { url, drop } = await createEmptyDatabase();
    const before = await openDatabase({ databaseUrl: url }, () => undefined);
    const after = createDataSource(
      { url, session: new SessionSettings('belfry', false) },
      { poolSize: 1, connectTimeoutMs: 2_000, onConnectionLost: () => undefined },
    );
    await after.initialize();
    after.migrations.push(new AddsColumn1999999999999());

    // As a publisher of the version before: it has read one table, and is about to write the one that is migrated.
    const publisher = before.createQueryRunner();
    await publisher.query('BEGIN');
    await publisher.query('SELECT FROM deliveries');
    const migrated = applyMigrations(after);
    const seesWaiting = `SELECT FROM pg_locks WHERE NOT granted AND relation = 'deliveries'::regclass`;
    while ((await before.query<unknown[]>(seesWaiting)).length === 0) await pause(20);
    await publisher.query('LOCK TABLE deliveries IN ROW EXCLUSIVE MODE');
    await publisher.query('COMMIT');
    await publisher.release();

    await migrated;
    expect(await missingMigrations(new Database(after))).toEqual([]);
    expect(appliedMigrations(after)).toEqual([AddsColumn1999999999999.name]);
    expect(await after.query('SHOW lock_timeout')).toEqual([{ lock_timeout: '0' }]);
    await Promise.all([before.destroy(), after.destroy()]);
    await drop();
  });

  it('can be undone', async () => {
    const { url, drop } = await createEmptyDatabase();
    const dataSource = await openDatabase({ databaseUrl: url }, () => undefined);
    await dataSource.undoLastMigration();
    expect(await missingMigrations(new Database(dataSource))).toHaveLength(1);
    await dataSource.destroy();
    await drop();
  });

  it('make the columns that the entities name', async () => {
    const { url, drop } = await createEmptyDatabase();
    const dataSource = await openDatabase({ databaseUrl: url }, () => undefined);
    for (const metadata of dataSource.entityMetadatas) {
      const columns = await dataSource.query<{ column_name: string; nullable: boolean }[]>(
        `SELECT column_name, is_nullable = 'YES' AS nullable FROM information_schema.columns
         WHERE table_name = $1 AND table_schema = 'belfry'`,
        [metadata.tableName],
      );
      const found = new Map(columns.map((column) => [column.column_name, column.nullable]));
      const wanted = new Map(metadata.columns.map((column) => [column.databaseName, column.isNullable]));
      expect(found).toEqual(wanted);
    }
    await dataSource.destroy();
    await drop();
  });
});

describe('database health', () => {
  it('is good once the database has all migrations', async () => {
    const { url, drop } = await createEmptyDatabase();
    const bare = createDataSource(
      { url, session: new SessionSettings('belfry', false) },
      { poolSize: 1, connectTimeoutMs: 2_000, onConnectionLost: () => undefined },
    );
    await bare.initialize();
    const health = new DatabaseHealth(new Database(bare));
    expect(await health.check()).toBe(false);
    const migrated = await openDatabase({ databaseUrl: url }, () => undefined);
    expect(await health.check()).toBe(true);
    await migrated.destroy();
    await bare.destroy();
    await drop();
  });
});
