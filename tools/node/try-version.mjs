/**
 * Tries the project on another version of Node, which the npm package `node` brings: the tests that need nothing, a
 * build, and a smoke run of it; or the command that is given.
 *
 *     npm run test:node -- 22
 *     npm run test:node -- 24 npm test
 */
import { spawnSync } from 'node:child_process';

const [version, ...command] = process.argv.slice(2);
if (version === undefined || !/^\d+(\.\d+){0,2}$/.test(version)) {
  console.error('Say which version: npm run test:node -- 22');
  process.exit(64);
}
const commands =
  command.length > 0
    ? [command.join(' ')]
    : ['npm run test:unit', 'npm run build', 'node tools/smoke/run.mjs'];
const { status } = spawnSync(
  'npm',
  ['exec', '--yes', `--package=node@${version}`, '-c', ['node --version', ...commands].join(' && ')],
  // Set by the version that started this.
  { stdio: 'inherit', env: { ...process.env, npm_node_execpath: undefined, NODE: undefined } },
);
process.exit(status ?? 1);
