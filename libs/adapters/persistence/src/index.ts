// What the composition binds.
export { PersistenceModule } from './persistence.module.js';
export type { DatabaseChoice } from './database/open-database.js';
export { DatabaseHealth } from './database/database-health.js';

// What judges an operator's settings.
export { judgeDatabaseUrl } from './database/database-url.js';
export { defaultSchema, judgeSchema } from './database/schema.js';

// What looks, for `belfry doctor`.
export { inspectDatabase } from './database/open-database.js';
export type { InspectedDatabase } from './database/inspect-database.js';
export type { Pooling } from './database/examine-server.js';
export { roomFor, type DiskRoom } from './embedded-database/disk-room.js';
