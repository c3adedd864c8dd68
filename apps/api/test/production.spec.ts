import { BelfryProcess } from '@belfry/kit/belfry-process';
import { createEmptyDatabase } from '@belfry/kit/databases';
import { recordModules } from './recorded-modules.fixture.js';

const loaded = /^loaded: .*\/(libs|@belfry)\/development\//m;

/** Every module that the process loads from its start to its end. */
async function modulesOf(environment: Record<string, string>): Promise<string> {
  const recorded = recordModules();
  const database = await createEmptyDatabase();
  const server = await BelfryProcess.start({
    DATABASE_URL: database.url,
    ...recorded.environment,
    ...environment,
  });
  await server.get('/v1/session');
  expect(await server.end()).toBe(0);
  await server.remove();
  await database.drop();
  const modules = recorded.read();
  expect(modules).toMatch(/^loaded: .*\/libs\/nest\/dist\//m);
  return modules;
}

it.each<[string, Record<string, string>]>([
  ['in production', { NODE_ENV: 'production' }],
  ['with a mail server', { SMTP_URL: 'smtp://127.0.0.1:9' }],
])('nothing of libs/development is loaded %s', async (_when, environment) => {
  expect(await modulesOf(environment)).not.toMatch(loaded);
});

it('it is loaded in development', async () => {
  expect(await modulesOf({})).toMatch(loaded);
});
