import { BelfryProcess } from '@belfry/kit/belfry-process';
import { createEmptyDatabase } from '@belfry/kit/databases';
import { resolve } from 'node:path';

const loaded = /^loaded: .*\/(libs|@belfry)\/development\//m;

/** Everything that the process says from its start to its end. */
async function outputOf(environment: Record<string, string>): Promise<string> {
  const database = await createEmptyDatabase();
  const server = await BelfryProcess.start({
    DATABASE_URL: database.url,
    NODE_OPTIONS: `--require ${resolve(__dirname, 'loaded-modules.fixture.cjs')}`,
    ...environment,
  });
  await server.get('/v1/session');
  expect(await server.end()).toBe(0);
  await server.remove();
  await database.drop();
  expect(server.output).toMatch(/^loaded: .*\/libs\/nest\/dist\//m);
  return server.output;
}

it.each<[string, Record<string, string>]>([
  ['in production', { NODE_ENV: 'production' }],
  ['with a mail server', { SMTP_URL: 'smtp://127.0.0.1:9' }],
])('nothing of libs/development is loaded %s', async (_when, environment) => {
  expect(await outputOf(environment)).not.toMatch(loaded);
});

it('it is loaded in development', async () => {
  expect(await outputOf({})).toMatch(loaded);
});
