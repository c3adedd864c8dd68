/**
 * Deprecated packages: those that were so when they were resolved stand in the lockfile; whether what we name ourselves
 * was deprecated since, the registry is asked.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { npm } from './npm.mjs';

/** So many questions at once: an office's registry is not ours alone. */
const atOnce = 4;

/**
 * What of a folder's packages is deprecated.
 * @param {string} folder
 * @returns {Promise<{ found: string[], unanswered: string | null }>}
 */
export async function deprecatedIn(folder) {
  const { packages } = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8'));
  const found = new Map();
  for (const [path, { version, deprecated }] of Object.entries(packages)) {
    if (deprecated !== undefined) found.set(`${nameOf(path)}@${version}`, deprecated);
  }
  const asked = namedIn(packages);
  const unanswered = [];
  const next = asked.values();
  const ask = async () => {
    for (const spec of next) {
      const { json, error } = await npm(['view', spec, 'deprecated', '--json'], folder);
      if (error !== null) unanswered.push(`${spec}: ${error}`);
      else if (typeof json === 'string') found.set(spec, json);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, ask));
  return {
    found: [...found].map(([spec, why]) => `${spec}: deprecated, ${why}`),
    unanswered:
      unanswered.length === 0
        ? null
        : `${unanswered.length} of ${asked.length} packages; the first: ${unanswered[0]}`,
  };
}

/** What our own package.json files name, as `name@version`, in the version that is installed. */
function namedIn(packages) {
  const ours = Object.entries(packages).filter(([path]) => !path.includes('node_modules/'));
  const specs = ours.flatMap(([path, { dependencies = {}, devDependencies = {} }]) =>
    Object.keys({ ...dependencies, ...devDependencies }).flatMap((name) => {
      const near = packages[`${path === '' ? '' : `${path}/`}node_modules/${name}`];
      const installed = near ?? packages[`node_modules/${name}`];
      return installed === undefined || installed.link ? [] : [`${name}@${installed.version}`];
    }),
  );
  return [...new Set(specs)].sort();
}

function nameOf(path) {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
}
