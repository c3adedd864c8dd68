#!/usr/bin/env node
// Plain JavaScript, so that npm can link it before anything is built.
import { existsSync } from 'node:fs';

const main = new URL('../dist/main.js', import.meta.url);
if (existsSync(main)) {
  await import(main.href);
} else {
  process.stderr.write('error: belfry is not built yet: run `npm run build` first\n');
  process.exitCode = 1;
}
