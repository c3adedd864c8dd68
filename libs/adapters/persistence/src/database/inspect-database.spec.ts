import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEmptyDatabase } from '@belfry/kit/databases';
import { inspectDatabase, openDatabase } from './open-database.js';

describe('looking at a database', () => {
  it('names its version and the migrations that are missing, and applies none', async () => {
    const { url, drop } = await createEmptyDatabase();
    const empty = await inspectDatabase({ databaseUrl: url });
    expect(empty!.missingMigrations.length).toBeGreaterThan(0);
    expect(empty!.version).toMatch(new RegExp(`^${empty!.majorVersion}\\b`));
    expect((await inspectDatabase({ databaseUrl: url }))!.missingMigrations).toEqual(
      empty!.missingMigrations,
    );

    await openDatabase({ databaseUrl: url }, () => undefined).then((dataSource) => dataSource.destroy());
    expect(await inspectDatabase({ databaseUrl: url })).toMatchObject({
      missingMigrations: [],
      unknownMigrations: [],
    });
    await drop();
  });

  it('names what a newer version has applied, how large it is, and what its server has left', async () => {
    const { url, drop } = await createEmptyDatabase();
    const dataSource = await openDatabase({ databaseUrl: url, poolSize: 2 }, () => undefined);
    await dataSource.query(
      `INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'FromTheFuture')`,
    );
    const { unknownMigrations, sizeBytes, connections } = (await inspectDatabase({ databaseUrl: url }))!;
    expect(unknownMigrations).toEqual(['FromTheFuture']);
    expect(sizeBytes).toBeGreaterThan(1024 ** 2);
    // The one that looks, and the one that is open.
    expect(connections.used).toBeGreaterThanOrEqual(2);
    expect(connections.most).toBeGreaterThan(connections.used);
    await dataSource.destroy();
    await drop();
  });

  it('makes no embedded database where there is none', async () => {
    const dataDirectory = await mkdtemp(join(tmpdir(), 'belfry-inspected-'));
    expect(await inspectDatabase({ dataDirectory })).toBeNull();
    expect(await readdir(dataDirectory)).toEqual([]);
    await rm(dataDirectory, { recursive: true });
  });

  it('says that a server is away, and not what the URL holds', async () => {
    const failure: unknown = await inspectDatabase({
      databaseUrl: 'postgres://nobody:s3cret@127.0.0.1:1/nowhere',
    }).catch((error: unknown) => error);
    expect(String(failure)).toMatch(/^StorageUnavailable: the database can't be reached: .*ECONNREFUSED/);
    expect(String(failure)).not.toContain('s3cret');
  });
});
