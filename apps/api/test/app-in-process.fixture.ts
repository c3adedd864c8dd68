import { key } from '@belfry/kit/rest-client';
import { createEmptyDatabase } from '@belfry/kit/databases';
import { readConfiguration } from '@belfry/configuration';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { createApp } from '../src/create-app.js';

/** The API in the test's own process, where what it does can be counted. */
export interface AppInProcess {
  readonly app: NestFastifyApplication;
  readonly port: number;
  remove(): Promise<void>;
}

/** Starts the API on a database of its own. Nothing is sent: its dispatcher does not run. */
export async function startAppInProcess(environment: Record<string, string> = {}): Promise<AppInProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'belfry-test-'));
  const database = await createEmptyDatabase();
  const configuration = readConfiguration({
    DATABASE_URL: database.url,
    DATA_DIR: folder,
    BOOTSTRAP_API_KEY: key,
    ...environment,
  });
  const app = await createApp(configuration, pino({ level: 'silent' }), null);
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  const remove = async () => {
    await app.close();
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { app, port, remove };
}
