import { platformCatalogue, scopes } from '@belfry/domain';
import { openApiDocument } from './openapi.js';
import { cursorPast, paged, pagedByPlatformId } from './paging.js';
import { parameterNames, problemStatuses, type Route } from './route.js';
import { routes } from './routes.js';

const entries = Object.entries<Route>(routes);

it('no two routes have the same method and path', () => {
  const places = entries.map(([, { method, path }]) => `${method} ${path}`);
  expect(new Set(places).size).toBe(places.length);
});

it.each(entries)('%s can be described, and its first answer is the one where all is well', (_id, entry) => {
  expect(Object.keys(entry.answers)[0]).toMatch(/^2/);
  expect(() => parameterNames(entry)).not.toThrow();
  if (entry.access !== 'public') {
    expect(entry.access.every((scope) => scopes.includes(scope))).toBe(true);
    expect(problemStatuses(entry)).toEqual(expect.arrayContaining([401, 403, 429, 503]));
  }
});

it('every schema of the description has a name of its own', () => {
  const sites = { admin: 'https://admin.example.com', api: 'https://api.example.com' };
  const document = openApiDocument({
    catalogue: platformCatalogue,
    sites,
    version: '1.0.0',
    publicPath: '/belfry',
  });
  const text = JSON.stringify(document);
  expect(text).not.toMatch(/\$defs|__schema/);
  const { schemas } = document['components'] as { schemas: Record<string, unknown> };
  const named = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name!);
  expect(Object.keys(schemas)).toEqual(expect.arrayContaining(named));
});

describe('a cursor', () => {
  it.each([
    [paged, '0193a1b2-0000-7000-8000-000000000001'],
    [pagedByPlatformId, '9007199254740991'],
    [pagedByPlatformId, '42'],
  ])('leads past the id it was made from', ({ cursor }, id) => {
    expect(cursor.parse(cursorPast(id))).toBe(id);
    expect(cursorPast(id)).toMatch(/^[\w-]+$/);
  });

  it.each(['', 'x', '!!!!', 'NDI=', cursorPast('not an id'), cursorPast('42'), 'a'.repeat(65)])(
    'may not be %j',
    (text) => {
      expect(paged.cursor.safeParse(text).success).toBe(false);
    },
  );
});
