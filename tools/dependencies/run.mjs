/**
 * Lists dependencies with known vulnerabilities, and deprecated ones, of the product and of the benchmark.
 *
 *     npm run audit:dependencies
 *
 * Exits 0 where there are none, 1 where there are, and 2 where none were found and a registry did not answer: then that
 * question is open, and the output says which.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { deprecatedIn } from './deprecated.mjs';
import { vulnerableIn } from './vulnerable.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folders = ['', 'tools/bench'].filter((folder) => existsSync(join(root, folder, 'package-lock.json')));
/** @type {readonly [string, typeof vulnerableIn | typeof deprecatedIn][]} */
const questions = [
  ['known vulnerabilities', vulnerableIn],
  ['deprecated packages', deprecatedIn],
];

let foundAny = false;
let isOpen = false;
for (const folder of folders) {
  for (const [what, ask] of questions) {
    const { found, unanswered } = await ask(join(root, folder));
    foundAny ||= found.length > 0;
    isOpen ||= unanswered !== null;
    const verdict = found.length > 0 ? `${found.length}` : unanswered === null ? 'none' : 'not known';
    console.log(`${folder || 'product'}: ${what}: ${verdict}`);
    for (const line of found) console.log(`  ${line}`);
    if (unanswered !== null) console.log(`  the registry did not answer: ${unanswered}`);
  }
}
process.exit(foundAny ? 1 : isOpen ? 2 : 0);
