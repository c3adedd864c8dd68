import { AccountEntity } from './account.entity.js';
import { ApiKeyEntity } from './api-key.entity.js';
import { AttemptEntity } from './attempt.entity.js';
import { DeliveryEntity } from './delivery.entity.js';
import { EventEntity } from './event.entity.js';
import { NotificationSettingsEntity } from './notification-settings.entity.js';

export {
  AccountEntity,
  ApiKeyEntity,
  AttemptEntity,
  DeliveryEntity,
  EventEntity,
  NotificationSettingsEntity,
};

/** All entities, for the data source. */
export const entities = [
  AccountEntity,
  ApiKeyEntity,
  AttemptEntity,
  DeliveryEntity,
  EventEntity,
  NotificationSettingsEntity,
];
