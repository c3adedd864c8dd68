import { readConfiguration } from './configuration.js';
import { ConfigurationError } from './namespace.js';
import { ownFirstSegments, publicPathOf, withoutPublicPath } from './public-path.js';

const saidOf = (path: string): string => {
  try {
    readConfiguration({ PUBLIC_URL: `https://platform.example.com${path}` });
    return '';
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.message;
  }
};

describe('The path of PUBLIC_URL', () => {
  it.each([
    ['https://platform.example.com', ''],
    ['https://platform.example.com/', ''],
    ['https://platform.example.com/notifications/', '/notifications'],
    ['https://platform.example.com/a/b.c_d-e~f', '/a/b.c_d-e~f'],
    ['https://platform.example.com/a/../b', '/b'],
  ])('of %s is "%s"', (url, path) => {
    expect(publicPathOf(readConfiguration({ PUBLIC_URL: url }).http.publicUrl)).toBe(path);
  });

  it.each(['/a//b', '/a%2Fb', '/a b', '/bücher', '/a;b', "/a'b", '/a&b', '/a@b', '/a:b'])(
    'must be plain: %s is not',
    (path) => {
      expect(saidOf(path)).toMatch(/^PUBLIC_URL may have a path of letters, digits/);
    },
  );

  it.each(ownFirstSegments)('must not begin with /%s, which is a path of the service', (own) => {
    for (const path of [`/${own}`, `/${own}/more`]) {
      expect(saidOf(path)).toMatch(new RegExp(`^PUBLIC_URL must not have a path that begins with /${own},`));
    }
    expect(saidOf(`/${own}x`)).toBe('');
    expect(saidOf(`/x/${own}`)).toBe('');
  });

  it.each([
    ['/n/v1/events?x=/n/', '/v1/events?x=/n/'],
    ['/n/', '/'],
    ['/n/n/', '/n/'],
    ['/n/?a', '/?a'],
    ['/n', '/n'],
    ['/nn/', '/nn/'],
    ['/N/', '/N/'],
    ['/v1/n/', '/v1/n/'],
    ['*', '*'],
  ])('is taken off %s once, where it is all of a part', (asked, routed) => {
    expect(withoutPublicPath(asked, '/n')).toBe(routed);
    expect(withoutPublicPath(asked, '')).toBe(asked);
  });
});
