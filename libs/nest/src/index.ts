export { defaults, type BelfryOptions, type EmbeddedOptions, type ServerOptions } from './belfry-options.js';
export { BelfryModule } from './belfry.module.js';
export * from './pages.js';
export * from './representations.js';
export * from './statistics-window.js';
export { version } from './version.js';
