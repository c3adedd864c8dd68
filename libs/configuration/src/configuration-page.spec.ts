/** Holds the tables of docs/configuration.md against the code: every setting, its default and its range. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { namespaces, readConfiguration } from './configuration.js';
import { ConfigurationError } from './namespace.js';

const page = readFileSync(join(__dirname, '../../../docs/configuration.md'), 'utf8');

/** The rows of the tables whose first column is the names of settings. */
const rows = [...page.matchAll(/^\| `([A-Z][A-Z0-9_]+)`(?:, `[^|]*`)? *\| ([^|]+?) *\| ([^|]+?) *\|$/gm)].map(
  ([, name, preset, meaning]) => ({ name: name!, preset: preset!, meaning: meaning! }),
);
/** The first row of each: a later table may say more of a setting. */
const named = new Map(rows.toReversed().map((row) => [row.name, row]));
const names = [
  ...new Set(Object.values(namespaces).flatMap(({ variables }) => Object.keys(variables))),
].filter((name) => !name.startsWith('OTEL_'));

function messageFor(name: string, value: string): string | undefined {
  try {
    readConfiguration({ [name]: value });
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems.find(({ pointer }) => pointer === `/${name}`)?.message;
  }
  return undefined;
}

test('every setting of the process has a row, and every row is a setting', () => {
  const others = /^(OTEL_|DATABASE_DIRECT_URL$)/;
  expect(names.filter((name) => !named.has(name))).toEqual([]);
  expect([...named.keys()].filter((name) => !names.includes(name) && !others.test(name))).toEqual([]);
});

test.each(names)('the default of %s is the one that the page names', (name) => {
  const preset = /^`([^`]*)`$/.exec(named.get(name)!.preset)?.[1];
  // What is said in words depends on other settings: their own tests hold it.
  if (preset === undefined || preset.includes('HOST:PORT')) {
    expect(named.get(name)!.preset).not.toMatch(/^[0-9`]+$/);
    return;
  }
  // `mailFrom` is made up of the public URL's name, which is the same either way.
  expect(readConfiguration({ [name]: preset })).toEqual(readConfiguration({}));
});

const numbers = names.filter((name) => /^must be a whole number/.test(messageFor(name, 'x') ?? ''));

test.each(numbers)('the range of %s is the one that the page names', (name) => {
  const [, least, most] = /from (\d+) to (\d+)/.exec(messageFor(name, 'x')!)!;
  const { meaning } = named.get(name)!;
  if (name === 'PORT') expect([least, most]).toEqual(['0', '65535']);
  else expect(meaning).toContain(`${least} to ${most}`);
});
