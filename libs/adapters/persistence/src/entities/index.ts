/**
 * The tables of the cold side, whose stores use TypeORM's repositories: what people change now and then. Events, deliveries
 * and all that is looked up with every request are read and written by statements, and have no entity.
 */
import { AccountEntity } from './account.entity.js';
import { NotificationSettingsEntity } from './notification-settings.entity.js';

export { AccountEntity, NotificationSettingsEntity };

/** All entities, for the data source. */
export const entities = [AccountEntity, NotificationSettingsEntity];
