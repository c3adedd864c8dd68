/**
 * Builds what `npm start` runs, where it is not built as it stands: asked of Nx, "nothing to do" takes seconds and a
 * screen of log. The build's own output is shown where it fails.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** What stood in the sources when they were built last. */
const stamp = join(root, 'node_modules/.cache/belfry/built');
/** Without these there is nothing to start. */
const results = ['apps/api/dist/main.js', 'apps/cli/dist/main.js', 'apps/admin/dist/index.html'];
const passedOver = new Set(['node_modules', 'dist', 'test', 'test-results.json']);

const sources = fingerprint();
const isBuilt = results.every((file) => existsSync(join(root, file)));
if (!isBuilt || !existsSync(stamp) || readFileSync(stamp, 'utf8') !== sources) await build();

/** Every file that a build reads, by its path, size and time. */
function fingerprint() {
  const hash = createHash('sha256');
  const add = (path) => {
    const { size, mtimeMs } = statSync(path);
    hash.update(`${relative(root, path)} ${size} ${mtimeMs}\n`);
  };
  const walk = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (passedOver.has(entry.name) || /\.(spec|fixture)\.tsx?$/.test(entry.name)) continue;
      if (entry.isDirectory()) walk(path);
      else add(path);
    }
  };
  for (const folder of ['apps', 'libs']) walk(join(root, folder));
  for (const file of ['package-lock.json', 'tsconfig.base.json', 'nx.json']) add(join(root, file));
  return hash.digest('hex');
}

async function build() {
  const begun = Date.now();
  process.stdout.write('Building…');
  const nx = spawn(
    process.execPath,
    [join(root, 'node_modules/.bin/nx'), 'run-many', '-t', 'build', '--output-style=static'],
    { cwd: root, env: { ...process.env, NX_DAEMON: 'false' }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  for (const stream of [nx.stdout, nx.stderr])
    stream.setEncoding('utf8').on('data', (text) => (output += text));
  const code = await new Promise((resolve) => nx.once('close', resolve));
  if (code !== 0) {
    process.stdout.write(' failed.\n');
    process.stderr.write(output);
    process.exit(code ?? 1);
  }
  process.stdout.write(` done in ${Math.round((Date.now() - begun) / 1000)} s.\n`);
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, sources);
}
