/**
 * Writes the tables of event types into the pages, from the catalogue: `npm run docs`, after a build. With --check it
 * changes nothing, and ends with 1 where a table is not the catalogue's.
 */
import { eventTypes, platformCatalogue, samplePayload } from '@belfry/domain';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as prettier from 'prettier';

/** The files, each with the name between its two comments and what stands there. */
const places = [
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
  ['libs/receiver/src/payloads.ts', 'payload types', payloadTypes()],
  ['libs/receiver/src/samples.ts', 'samples', samples()],
];

const isCheck = process.argv.includes('--check');
for (const [page, name, content] of places) {
  const path = fileURLToPath(new URL(`../../${page}`, import.meta.url));
  const before = readFileSync(path, 'utf8');
  const place = new RegExp(`(<!-- ${name}: npm run docs -->\\n)[^]*?((?:// )?<!-- end of ${name} -->)`);
  if (!place.test(before)) throw new Error(`${page} has no place for: ${name}`);
  const after = before.replace(place, (_all, begin, end) => `${begin}\n${content}\n\n${end}`);
  const formatted = await prettier.format(after, { ...(await prettier.resolveConfig(path)), filepath: path });
  if (formatted === before) continue;
  if (isCheck) {
    console.error(`${page}: what it says of ${name} is not the catalogue's. Run \`npm run docs\`.`);
    process.exitCode = 1;
  } else writeFileSync(path, formatted);
}

function table(headings, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(headings), line(headings.map(() => '---')), ...rows.map(line)].join('\n');
}

function payloadTypes() {
  const types = eventTypes.map((type) => {
    const { properties } = platformCatalogue.payloadJsonSchema(type.key);
    const fields = Object.entries(/** @type {Record<string, any>} */ (properties)).map(
      ([name, { const: value, description, ...schema }]) =>
        `/** ${description[0].toUpperCase()}${description.slice(1)}. */\nreadonly ${name}: ${typeOf(value, schema.type)};`,
    );
    return `/** Sent when ${type.description}. */\nexport interface ${nameOf(type.key)} {\n${fields.join('\n')}\n}`;
  });
  const union = `/** The payload of a webhook: compare \`event_type\` to know which one. */\nexport type Payload = ${eventTypes.map(({ key }) => nameOf(key)).join(' | ')};`;
  return [...types, union].join('\n\n');
}

function typeOf(value, type) {
  if (value !== undefined) return JSON.stringify(value);
  return type === 'integer' ? 'number' : type;
}

/** Type names as TypeScript has them: `run_failed` is `RunFailed`. */
function nameOf(key) {
  return key.replace(/(?:^|_)(\w)/g, (_match, letter) => letter.toUpperCase());
}

function samples() {
  const sites = { admin: 'https://app.example.com', api: 'https://api.example.com' };
  const payloads = eventTypes.map(
    (type) => `${type.key}: ${JSON.stringify(samplePayload(type, platformCatalogue, sites))},`,
  );
  return `export const samplePayloads: { readonly [Key in Payload['event_type']]: Extract<Payload, { event_type: Key }> } = {\n${payloads.join('\n')}\n};`;
}
