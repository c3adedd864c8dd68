/**
 * Compresses what Vite built (the API serves the .br or the .gz beside a file), and adds up what a first visit loads.
 * Ends with 1 where that is more than the page allows itself.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { brotliCompressSync, gzipSync } from 'node:zlib';

/** Bytes over the wire at the first visit, by gzip: the larger of the two. */
const most = 234 * 1024;

const folder = new URL('./dist/', import.meta.url);
const document = readFileSync(new URL('index.html', folder), 'utf8');
const sizes = { gzip: gzipSync(document).length, brotli: brotliCompressSync(document).length };
for (const name of readdirSync(new URL('assets/', folder))) {
  if (!/\.(js|css)$/.test(name)) continue;
  const file = new URL(`assets/${name}`, folder);
  const content = readFileSync(file);
  const gzip = gzipSync(content, { level: 9 });
  const brotli = brotliCompressSync(content);
  writeFileSync(`${file.pathname}.gz`, gzip);
  writeFileSync(`${file.pathname}.br`, brotli);
  // What no document names is loaded later, when it is asked for.
  const isFirst = document.includes(`/assets/${name}`);
  if (isFirst) {
    sizes.gzip += gzip.length;
    sizes.brotli += brotli.length;
  }
  console.log(
    `${name}: ${kilobytes(content.length)}, gzip ${kilobytes(gzip.length)}${isFirst ? '' : ' (later)'}`,
  );
}
console.log(
  `first load: gzip ${kilobytes(sizes.gzip)}, brotli ${kilobytes(sizes.brotli)}, at most ${kilobytes(most)}`,
);
if (sizes.gzip > most) {
  console.error('The page is too large.');
  process.exit(1);
}

function kilobytes(bytes) {
  return `${(bytes / 1024).toFixed(1)} KB`;
}
