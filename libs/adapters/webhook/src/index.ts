export { WebhookModule, type WebhookModuleOptions } from './webhook.module.js';
export { parseNameServers } from './names/name-servers.js';
