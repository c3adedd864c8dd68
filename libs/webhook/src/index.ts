export { WebhookModule, type WebhookModuleOptions } from './webhook.module.js';
