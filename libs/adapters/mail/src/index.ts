export { readAuthorities } from './authorities.js';
export { parseEhloName } from './ehlo-name.js';
export { MailModule, type MailModuleOptions } from './mail-module.js';
export { MailRenderer } from './mail-renderer.js';
export { parseSender } from './sender.js';
export { parseSmtpUrl } from './smtp-url.js';
export { verifySmtp } from './verify-smtp.js';
