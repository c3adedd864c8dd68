/** The API process that the tests of a file talk to. */
import type { Environment } from '@belfry/kit/belfry-process';
import { platformForThisFile as ownPlatform, type Platform } from '@belfry/kit/platform-for-this-file';
import { RestClient } from '@belfry/kit/rest-client';
import { expectAsContract } from './answers-as-contract.fixture.js';
import { SharedServer } from './shared-server.fixture.js';

RestClient.onAnswer = expectAsContract;

/**
 * Without `environment` it is the one that was started once for all such files, emptied of what they left. With it, a
 * process of this file's own is started: for settings, and for tests that stop things or count what the whole process did.
 */
export function platformForThisFile(environment?: () => Environment): Platform {
  if (environment !== undefined) return ownPlatform(environment);
  const server = SharedServer.ofThisWorker();
  beforeAll(() => server.empty());
  return { server, databaseUrl: server.databaseUrl };
}
