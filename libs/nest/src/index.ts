export { defaults, type BelfryOptions, type EmbeddedOptions, type ServerOptions } from './belfry-options.js';
export { BelfryModule } from './belfry.module.js';
export { version } from './version.js';
