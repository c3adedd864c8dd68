/** Every route of the API, by its operationId. */
import { accountRoutes } from './accounts.js';
import { apiKeyRoutes } from './api-keys.js';
import { auditLogRoutes } from './audit-log.js';
import { deliveryRoutes } from './deliveries.js';
import { deliveryStatsRoutes } from './delivery-stats.js';
import { eventRoutes } from './events.js';
import { notificationSettingsRoutes } from './notification-settings.js';
import { operationRoutes } from './operations.js';
import { portalRoutes } from './portal.js';
import { redeliveryRoutes } from './redeliveries.js';

export const routes = {
  ...eventRoutes,
  ...accountRoutes,
  ...notificationSettingsRoutes,
  ...deliveryRoutes,
  ...redeliveryRoutes,
  ...deliveryStatsRoutes,
  ...apiKeyRoutes,
  ...auditLogRoutes,
  ...portalRoutes,
  ...operationRoutes,
};

/** The name of a route: its operationId. */
export type OperationId = keyof typeof routes;
