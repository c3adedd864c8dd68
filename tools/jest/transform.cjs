/**
 * Compiles our TypeScript, and those files of node_modules that are ES modules, to CommonJS. Everything else passes
 * through untouched. Decorator metadata is kept: Nest and TypeORM read it.
 */
const { createHash } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { dirname, join } = require('node:path');
const swc = require('@swc/core');

const packageTypes = new Map();

/** The `type` of the nearest package.json, as Node itself would read it. */
function packageType(folder) {
  if (packageTypes.has(folder)) return packageTypes.get(folder);
  let type;
  try {
    type = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).type ?? 'commonjs';
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    type = dirname(folder) === folder ? 'commonjs' : packageType(dirname(folder));
  }
  packageTypes.set(folder, type);
  return type;
}

function isEsModule(file) {
  if (file.endsWith('.ts') || file.endsWith('.mjs')) return true;
  return file.endsWith('.js') && packageType(dirname(file)) === 'module';
}

/** @returns {import('@swc/core').Options} */
const options = (file) => ({
  filename: file,
  sourceMaps: 'inline',
  module: { type: 'commonjs', ignoreDynamic: false },
  jsc: {
    target: 'es2022',
    parser: file.endsWith('.ts') ? { syntax: 'typescript', decorators: true } : { syntax: 'ecmascript' },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    keepClassNames: true,
  },
});

module.exports = {
  process(source, file) {
    return isEsModule(file) ? swc.transformSync(source, options(file)) : { code: source };
  },
  getCacheKey(source, file) {
    return createHash('sha1')
      .update(source)
      .update(file)
      .update(swc.version)
      .update(readFileSync(__filename))
      .digest('hex');
  },
};
