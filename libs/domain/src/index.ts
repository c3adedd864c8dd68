export * from './account.js';
export {
  isAllowedAddress,
  isAllowedEndpoint,
  parseAllowedDestinations,
  publicDestinationsOnly,
  withoutRootDot,
  type AllowedDestinations,
} from './allowed-destinations.js';
export * from './client-address.js';
export * from './delivery.js';
export * from './delivery-plan.js';
export {
  domainOf,
  emailText,
  maximumSubscribers,
  mostEntries,
  parseEmailAddress,
  parseEmailList,
  splitAtCommas,
} from './email-address.js';
export * from './event.js';
export * from './event-catalogue.js';
export * from './event-types.js';
export * from './fields.js';
export * from './masked-text.js';
export { maskQueryValues, maskWebhookUrl } from './masked-url.js';
export {
  applyChange,
  settingsChange,
  settingsFor,
  settingsForEach,
  untouchedSettings,
  type ChangeKind,
  type ChangeRules,
  type EventSettings,
  type NotificationSettings,
} from './notification-settings.js';
export * from './page-path.js';
export * from './payload.js';
export {
  failure,
  firstProblems,
  parseWith,
  problemsOf,
  success,
  unknownFields,
  type Problem,
  type Result,
} from './problem.js';
export * from './scopes.js';
export { isPublicAddress } from './public-address.js';
export * from './timestamp.js';
export * from './unprintable.js';
export * from './webhook-url.js';
export * from './shown-reason.js';
