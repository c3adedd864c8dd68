export * from './belfry.module.js';
export * from './environment.js';
export * from './load-configuration.js';
export * from './pages.js';
export * from './pino-activity-log.js';
export * from './representations.js';
export * from './sample-account.js';
export * from './version.js';
