/** Jest's globalTeardown of the API: ends what start-shared-servers.ts started, and removes it. */
import { rmSync } from 'node:fs';
import stopPostgres from '../../../tools/jest/stop-postgres.ts';
import { end } from '../../../tools/kit/src/child-processes.ts';
import { started } from './start-shared-servers.ts';

export default async function stopSharedServers(): Promise<void> {
  const servers = started.belfryTestServers ?? [];
  await Promise.all(servers.map(({ child }) => end(child)));
  for (const { folder, database } of servers) {
    rmSync(folder, { recursive: true, force: true });
    await database.drop();
  }
  await stopPostgres();
}
