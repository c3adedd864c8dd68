/** An API process and its database, for all tests of a file. Needs Jest. */
import { BelfryProcess, type Environment } from './belfry-process.ts';
import { createEmptyDatabase, type EmptyDatabase } from './databases.ts';
import { key, type RestClient } from './rest-client.ts';

/** What a file's tests have. */
export interface Platform {
  readonly server: RestClient;
  readonly databaseUrl: string;
}

/**
 * Starts a process of this file's own on a database of its own before the tests, and removes both after them.
 * `environment` is asked once everything stands that an earlier `beforeAll` started.
 */
export function platformForThisFile(environment: () => Environment = () => ({})): Platform {
  let database: EmptyDatabase | undefined;
  let server: BelfryProcess | undefined;
  beforeAll(async () => {
    database = await createEmptyDatabase();
    server = await BelfryProcess.start({
      DATABASE_URL: database.url,
      BOOTSTRAP_API_KEY: key,
      ...environment(),
    });
  });
  afterAll(async () => {
    // Each may be missing where setting up failed; none may keep the test run from ending.
    await server?.remove();
    await database?.drop();
  });
  const started = <Thing>(thing: Thing | undefined): Thing => {
    if (thing === undefined) throw new Error('it was not started');
    return thing;
  };
  return {
    get server() {
      return started(server);
    },
    get databaseUrl() {
      return started(database).url;
    },
  };
}
