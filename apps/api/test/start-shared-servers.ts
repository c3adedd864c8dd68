/**
 * Jest's globalSetup of the API: PostgreSQL, and one built API process for each Jest worker, with the settings that most
 * spec files can share. To start one takes far longer than what most files ask of it. shared-server.fixture.ts finds them
 * in BELFRY_TEST_SHARED_SERVERS, and waits until they are ready.
 */
import type { Config } from '@jest/types';
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdtempSync, openSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import startPostgres from '../../../tools/jest/start-postgres.ts';
import { createEmptyDatabase, type EmptyDatabase } from '../../../tools/kit/src/databases.ts';

const mainFile = resolve(__dirname, '../dist/main.js');

const settings = {
  PORT: '0',
  BOOTSTRAP_API_KEY: 'test-key-of-the-platform',
  LOG_LEVEL: 'debug',
  PORTAL_REFRESH_URL: 'https://app.example.com/notifications',
  WEBHOOK_ALLOWED_CIDRS: '127.0.0.0/8',
};

interface StartedServer {
  readonly child: ChildProcess;
  readonly folder: string;
  readonly outputFile: string;
  readonly database: EmptyDatabase;
}

/** Where stop-shared-servers.ts finds them. */
export const started = globalThis as typeof globalThis & { belfryTestServers?: StartedServer[] };

export default async function startSharedServers({ maxWorkers }: Config.GlobalConfig): Promise<void> {
  await startPostgres();
  const servers: StartedServer[] = (started.belfryTestServers = []);
  for (let worker = 0; worker < maxWorkers; worker += 1) servers.push(await start());
  const shown = servers.map(({ database, outputFile }) => ({ databaseUrl: database.url, outputFile }));
  process.env['BELFRY_TEST_SHARED_SERVERS'] = JSON.stringify(shown);
}

/** Does not wait until the process is ready: the first spec files may be starting one of their own. */
async function start(): Promise<StartedServer> {
  const database = await createEmptyDatabase();
  const folder = mkdtempSync(join(tmpdir(), 'belfry-test-'));
  // A file, for Jest's workers are processes of their own, and read it too.
  const outputFile = join(folder, 'output');
  const output = openSync(outputFile, 'a');
  const child = spawn(process.execPath, [mainFile], {
    env: { PATH: process.env['PATH'], ...settings, DATA_DIR: folder, DATABASE_URL: database.url },
    cwd: tmpdir(),
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  return { child, folder, outputFile, database };
}
