/** Required into a process before all else: says on standard output which modules it loads. */
const Module = require('node:module');

const hooks = `
  import { writeSync } from 'node:fs';
  export async function load(url, context, next) {
    const loaded = await next(url, context);
    writeSync(1, 'loaded: ' + url + '\\n');
    return loaded;
  }`;
Module.register(`data:text/javascript,${encodeURIComponent(hooks)}`);
// What is required is in the cache alone.
process.on('exit', () => process.stdout.write(`loaded: ${Object.keys(Module._cache).join('\nloaded: ')}\n`));
