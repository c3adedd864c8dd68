/** What the files under deploy/ and the lockfile promise of the image and its neighbours. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const read = (path: string) => readFileSync(join(__dirname, '../..', path), 'utf8');

it('the image stands on a line of Node that is supported for long, named to the patch, and by one argument', () => {
  const dockerfile = read('deploy/container/Dockerfile');
  const [, major] = /^ARG NODE_IMAGE=node:(\d+)\.\d+\.\d+-bookworm-slim(?:@sha256:[0-9a-f]{64})?$/m.exec(
    dockerfile,
  )!;
  // Even lines are; 20 ended in April 2026, 22 ends in April 2027.
  expect(Number(major)).toBeGreaterThanOrEqual(24);
  expect(Number(major) % 2).toBe(0);
  expect(dockerfile.match(/^FROM .*/gm)).toEqual(['FROM ${NODE_IMAGE} AS build', 'FROM ${NODE_IMAGE}']);
});

interface Service {
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly cap_add?: readonly string[];
  readonly security_opt?: readonly string[];
}
const { services } = parse(read('deploy/compose/compose.yaml'), { merge: true }) as {
  services: Record<string, Service>;
};

it.each(Object.entries(services))(
  'the service %s has no capability that it does not need, and a read-only root',
  (name, service) => {
    expect(service).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
    });
    // PostgreSQL's entry point begins as root, gives the volume to the user postgres, and goes on as that one.
    const needed = name === 'database' ? ['CHOWN', 'DAC_READ_SEARCH', 'FOWNER', 'SETGID', 'SETUID'] : [];
    expect(service.cap_add ?? []).toEqual(needed);
  },
);

it('what runs brings no template engine but the one that mails are made with', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as {
    packages: Record<string, { name?: string; dev?: boolean }>;
  };
  const engines = /node_modules\/(ejs|liquidjs|mjml[a-z-]*|nunjucks|preview-email|pug[a-z-]*)$/;
  const brought = Object.entries(packages)
    .filter(([path, { dev, name }]) => engines.test(path) && dev !== true && name !== 'empty-npm-package')
    .map(([path]) => path);
  expect(brought).toEqual([]);
});
