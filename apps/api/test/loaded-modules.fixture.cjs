/** Required into a process before all else: writes which modules it loads into the file that LOADED_MODULES names. */
const { appendFileSync } = require('node:fs');
const Module = require('node:module');

// Not to standard output: a pipe whose reader is busy refuses what is written without waiting.
const file = process.env.LOADED_MODULES;
const hooks = `
  import { appendFileSync } from 'node:fs';
  export async function load(url, context, next) {
    const loaded = await next(url, context);
    appendFileSync(${JSON.stringify(file)}, 'loaded: ' + url + '\\n');
    return loaded;
  }`;
Module.register(`data:text/javascript,${encodeURIComponent(hooks)}`);
// What is required is in the cache alone.
process.on('exit', () => appendFileSync(file, `loaded: ${Object.keys(Module._cache).join('\nloaded: ')}\n`));
