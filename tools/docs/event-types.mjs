/**
 * Writes the tables of event types into the pages, from the catalogue: `npm run docs`, after a build. With --check it
 * changes nothing, and ends with 1 where a table is not the catalogue's.
 */
import { eventTypes } from '@belfry/domain';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as prettier from 'prettier';

/** The pages, each with the name between its two comments and its table. */
const tables = [
  [
    'README.md',
    'event types',
    table(
      ['event type', 'sent when'],
      eventTypes.map(({ key, description }) => [`\`${key}\``, description]),
    ),
  ],
  [
    'docs/webhooks.md',
    'fields of event types',
    table(
      ['`event_type`', 'fields'],
      eventTypes.map(({ key, fields }) => [
        `\`${key}\``,
        Object.keys(fields)
          .map((name) => `\`${name}\``)
          .join(', '),
      ]),
    ),
  ],
];

const isCheck = process.argv.includes('--check');
for (const [page, name, rows] of tables) {
  const path = fileURLToPath(new URL(`../../${page}`, import.meta.url));
  const before = readFileSync(path, 'utf8');
  const place = new RegExp(`(<!-- ${name}: npm run docs -->\\n)[^]*?(<!-- end of ${name} -->)`);
  if (!place.test(before)) throw new Error(`${page} has no place for the table of ${name}`);
  const after = before.replace(place, (_all, begin, end) => `${begin}\n${rows}\n\n${end}`);
  const formatted = await prettier.format(after, { ...(await prettier.resolveConfig(path)), filepath: path });
  if (formatted === before) continue;
  if (isCheck) {
    console.error(`${page}: the table of ${name} is not the catalogue's. Run \`npm run docs\`.`);
    process.exitCode = 1;
  } else writeFileSync(path, formatted);
}

function table(headings, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(headings), line(headings.map(() => '---')), ...rows.map(line)].join('\n');
}
