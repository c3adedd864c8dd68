/** Required into a process before all else: says on standard output, when the process ends, which modules it had loaded. */
const Module = require('node:module');

process.on('exit', () => process.stdout.write(`loaded: ${Object.keys(Module._cache).join('\nloaded: ')}\n`));
