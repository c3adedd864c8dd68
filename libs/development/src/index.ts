export { developmentPages, type DevelopmentPages } from './development-pages.js';
export { openMailbox, type Mailbox } from './mailbox/mailbox.js';
export {
  developmentEndpoint,
  sampleAccountId,
  seedSampleAccount,
  type SeededAccount,
} from './sample/sample-account.js';
