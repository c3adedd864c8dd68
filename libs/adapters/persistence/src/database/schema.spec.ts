import { Global, Module } from '@nestjs/common';
import { InjectDataSource, TypeOrmModule } from '@nestjs/typeorm';
import { AccountStore, EventStore, QueueSignal } from '@belfry/application';
import { Test } from '@nestjs/testing';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { findPgbouncer, startPgbouncer } from '@belfry/kit/pgbouncer';
import { PersistenceModule } from '../persistence.module.js';
import { audit } from '../stores/audit-entry.fixture.js';
import { account, leaseOf, newEvent, webhook } from '../stores/events.fixture.js';
import { createEmptyDatabase } from '@belfry/kit/databases';
import { DatabaseHealth } from './database-health.js';
import { inspectDatabase, openDatabase } from './open-database.js';
import { judgeSchema, migrationLockOf } from './schema.js';

let url: string;
let drop: () => Promise<void>;
let operator: pg.Client;
beforeEach(async () => {
  ({ url, drop } = await createEmptyDatabase());
  operator = new pg.Client({ connectionString: url });
  await operator.connect();
});
afterEach(async () => {
  await operator.end();
  await drop();
});

const rowsOf = async (table: string) =>
  (await operator.query<Record<string, unknown>>(`TABLE ${table}`)).rows;

interface Ports {
  readonly accounts: AccountStore;
  readonly events: EventStore;
  readonly signal: QueueSignal;
}

/** A host application, with TypeORM's default connection. */
@Global()
@Module({})
class HostModule {
  constructor(@InjectDataSource() readonly own: DataSource) {}

  static on(url: string) {
    return { module: HostModule, imports: [TypeOrmModule.forRoot({ type: 'postgres', url })] };
  }
}

describe('a schema of its own', () => {
  it('leaves a host’s tables and its default connection alone, twice in one database', async () => {
    await operator.query(`
      CREATE TABLE accounts (login text PRIMARY KEY);
      CREATE TABLE events (title text);
      CREATE TABLE migrations (id serial PRIMARY KEY, timestamp bigint NOT NULL, name varchar NOT NULL);
      INSERT INTO accounts VALUES ('ada');
      INSERT INTO events VALUES ('a party');
      INSERT INTO migrations (timestamp, name) VALUES (1, 'OfTheHost1')`);
    const schemas = ['belfry', 'belfry_eu'] as const;
    const modules = schemas.map((schema) =>
      PersistenceModule.forRoot({ databaseUrl: url, poolSize: 2, schema }),
    );
    const app = await Test.createTestingModule({ imports: [HostModule.on(url), ...modules] }).compile();
    await app.init();
    const [first, second] = modules.map((module) => {
      const selected = app.select(module);
      return {
        accounts: selected.get(AccountStore, { strict: true }),
        events: selected.get(EventStore, { strict: true }),
        signal: selected.get(QueueSignal, { strict: true }),
      };
    }) as [Ports, Ports];
    expect(await app.get(HostModule).own.query('SELECT login FROM accounts')).toEqual([{ login: 'ada' }]);

    for (const [index, one] of [first, second].entries()) {
      const accountId = index + 1;
      await one.accounts.put(account(accountId), audit);
      const event = newEvent(accountId, { deliveries: [webhook()] });
      expect(await one.events.append([accountId], leaseOf(), () => [event])).toEqual([{ outcome: 'stored' }]);
      expect(await one.accounts.list(0, 10)).toMatchObject({ items: [{ accountId }], next: null });
      expect(await rowsOf(`${schemas[index]}.events`)).toHaveLength(1);
      expect(await rowsOf(`${schemas[index]}.deliveries`)).toHaveLength(1);
    }

    const heard: string[] = [];
    first.signal.listen((channel) => heard.push(`first ${channel}`));
    const both = new Promise<void>((resolve) =>
      second.signal.listen((channel) => {
        heard.push(`second ${channel}`);
        resolve();
      }),
    );
    const announcing = setInterval(() => second.signal.announce('webhook'), 20);
    await both;
    clearInterval(announcing);
    expect(heard).not.toContain('first webhook');

    await app.close();
    expect(await rowsOf('public.accounts')).toEqual([{ login: 'ada' }]);
    expect(await rowsOf('public.events')).toEqual([{ title: 'a party' }]);
    expect(await rowsOf('public.migrations')).toMatchObject([{ name: 'OfTheHost1' }]);
    const { rows } = await operator.query<{ tablename: string }>(
      `SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`,
    );
    expect(rows.map(({ tablename }) => tablename)).toEqual(['accounts', 'events', 'migrations']);
  });

  it('is migrated though another schema of the same database is being migrated for long', async () => {
    await openDatabase({ databaseUrl: url }, () => undefined).then((each) => each.destroy());
    await operator.query('SELECT pg_advisory_lock($1)', [migrationLockOf('belfry')]);
    const beside = await openDatabase({ databaseUrl: url, schema: 'beside' }, () => undefined);
    expect(await beside.query('SELECT name FROM migrations')).toHaveLength(beside.migrations.length);
    await beside.destroy();
  });

  it('is found again through a pooler that gives each transaction another session', async () => {
    if (findPgbouncer() === null) return;
    await operator.query(`CREATE TABLE accounts (login text)`);
    const pooler = await startPgbouncer(url, 'transaction', { poolSize: 2 });
    const dataSource = await openDatabase(
      { databaseUrl: pooler.url, poolSize: 2, schema: 'beside' },
      () => undefined,
    );
    expect(await rowsOf('beside.accounts')).toEqual([]);
    expect(await rowsOf('beside.migrations')).toHaveLength(dataSource.migrations.length);
    await dataSource.destroy();
    await pooler.stop();
  });

  it('that another application uses is refused, and nothing is changed in it', async () => {
    await operator.query('CREATE SCHEMA shop; CREATE TABLE shop.accounts (login text)');
    const open = () => openDatabase({ databaseUrl: url, schema: 'shop' }, () => undefined);
    await expect(open()).rejects.toThrow(
      'the schema shop already holds tables of another application: set DATABASE_SCHEMA to a schema that only Belfry uses',
    );
    expect(await rowsOf('shop.migrations')).toEqual([]);
    await operator.query(`INSERT INTO shop.migrations (timestamp, name) VALUES (1, 'OfTheShop1')`);
    await operator.query(`DROP TABLE shop.accounts`);
    await expect(open()).rejects.toThrow('the schema shop already holds tables of another application');
    expect(await rowsOf('shop.migrations')).toMatchObject([{ name: 'OfTheShop1' }]);
  });

  it('is looked for by name: where it does not exist, every migration is missing', async () => {
    await openDatabase({ databaseUrl: url }, () => undefined).then((each) => each.destroy());
    expect((await inspectDatabase({ databaseUrl: url }))!.missingMigrations).toEqual([]);
    expect((await inspectDatabase({ databaseUrl: url, schema: 'other' }))!.missingMigrations).not.toEqual([]);
  });

  describe('for a role that may not create schemas', () => {
    const role = `"shop's app"`;
    let asRole: string;
    beforeEach(async () => {
      await operator.query(`CREATE ROLE ${role} LOGIN PASSWORD 's3cret'`);
      const changed = new URL(url);
      changed.username = encodeURIComponent("shop's app");
      changed.password = 's3cret';
      asRole = changed.href;
    });
    afterEach(() => operator.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`));

    it('says what its owner is to run, and that serves', async () => {
      const refused: unknown = await openDatabase({ databaseUrl: asRole }, () => undefined).catch(
        (error: unknown) => error,
      );
      const [, advice] = /run (CREATE SCHEMA .*) as the owner of the database/.exec(String(refused))!;
      expect(String(refused)).toMatch(/DATABASE_SCHEMA/);
      expect(String(refused)).not.toContain('s3cret');
      await operator.query(advice!);
      const dataSource = await openDatabase({ databaseUrl: asRole, poolSize: 1 }, () => undefined);
      expect(await dataSource.query('SELECT FROM belfry.accounts')).toEqual([]);
      await dataSource.destroy();
    });

    it('says the same where the schema is there and no table may be created in it', async () => {
      await operator.query(`CREATE SCHEMA belfry; GRANT USAGE ON SCHEMA belfry TO ${role}`);
      await expect(openDatabase({ databaseUrl: asRole }, () => undefined)).rejects.toThrow(
        /^the database role "shop's app" may not create the schema belfry, or tables in it: run /,
      );
    });

    it('serves one that others migrate, with the rights to read and write alone', async () => {
      await openDatabase({ databaseUrl: url }, () => undefined).then((each) => each.destroy());
      await operator.query(`GRANT USAGE ON SCHEMA belfry TO ${role};
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA belfry TO ${role}`);
      const app = await Test.createTestingModule({
        imports: [PersistenceModule.forRoot({ databaseUrl: asRole, poolSize: 2 })],
      }).compile();
      expect(await app.get(DatabaseHealth).check()).toBe(true);
      await app.get(AccountStore).put(account(1), audit);
      await app.close();
    });
  });
});

describe('the name of a schema', () => {
  it.each(['belfry', 'belfry_eu', '_b2', 'public', 'a'.repeat(50)])('may be %s', (name) => {
    expect(judgeSchema(name)).toEqual({ ok: true, value: name });
  });

  it.each([
    'Belfry',
    'bel fry',
    '2belfry',
    'bel-fry',
    'bel"fry',
    'bélfry',
    'a'.repeat(51),
    'belfry; DROP TABLE x',
    '',
  ])('may not be %j, and what it may be is said', (name) => {
    expect(judgeSchema(name)).toMatchObject({
      ok: false,
      problems: [{ message: expect.stringContaining('such as belfry') as string }],
    });
  });

  it.each(['pg_catalog', 'pg_x', 'information_schema'])('may not be PostgreSQL’s own: %s', (name) => {
    expect(judgeSchema(name)).toMatchObject({
      ok: false,
      problems: [{ message: expect.stringContaining('PostgreSQL itself') as string }],
    });
  });
});
