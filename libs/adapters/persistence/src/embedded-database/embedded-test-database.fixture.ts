import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import type { TestDatabase } from '../database/database.fixture.js';
import { Database } from '../database/database.js';
import { openDatabase } from '../database/open-database.js';
import { EmbeddedProcess } from './embedded-process.fixture.js';

/** An embedded database that another process runs, as PGlite does not run inside Jest, and that this one has joined. */
export async function createEmbeddedTestDatabase(): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'belfry-embedded-queue-'));
  const dataDirectory = join(folder, 'data');
  const owner = new EmbeddedProcess(folder);
  await owner.tell('open', { directory: dataDirectory, join: false });
  const opened: DataSource[] = [];
  const open = async () => {
    const dataSource = await openDatabase({ dataDirectory, join: true }, () => undefined);
    opened.push(dataSource);
    return dataSource;
  };
  const dataSource = await open();
  return {
    url: '',
    dataSource,
    database: new Database(dataSource),
    openAnother: async () => new Database(await open()),
    query: <Row>(statement: string, parameters: unknown[] = []) =>
      dataSource.query<Row[]>(statement, parameters),
    drop: async () => {
      await Promise.all(opened.map((each) => each.destroy()));
      await owner.tell('close');
      await owner.end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
