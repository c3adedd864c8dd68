export * from './authorities.js';
export * from './ehlo-name.js';
export * from './mail-module.js';
export * from './mail-renderer.js';
export * from './sender.js';
export * from './smtp-pool.js';
export * from './smtp-url.js';
export * from './verify-smtp.js';
