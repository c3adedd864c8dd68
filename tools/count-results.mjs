/**
 * Adds up the results of every project's tests and the steps given as arguments (passed, failed), prints
 * "N passed, N failed", and exits 1 if anything failed or no test ran.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';

let [passed, failed] = process.argv.slice(2, 4).map(Number);
let tests = 0;
// npm links every project of the workspace there.
const projects = 'node_modules/@belfry';
for (const project of readdirSync(projects)) {
  const file = `${projects}/${project}/test-results.json`;
  if (!existsSync(file)) continue;
  const results = JSON.parse(readFileSync(file, 'utf8'));
  tests += results.numTotalTests;
  passed += results.numPassedTests;
  failed += results.numFailedTests + results.numRuntimeErrorTestSuites;
}
if (tests === 0) {
  console.error('no test was run');
  failed += 1;
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
