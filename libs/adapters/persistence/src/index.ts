export { judgeDatabaseUrl } from './database/database-url.js';
export type { Pooling } from './database/examine-server.js';
export { DatabaseHealth } from './database/database-health.js';
export { inspectDatabase, type InspectedDatabase } from './database/inspect-database.js';
export {
  openDatabase,
  wrongEncoding,
  type DatabaseServer,
  type EmbeddedDatabaseChoice,
} from './database/open-database.js';
export { defaultSchema, judgeSchema } from './database/schema.js';
export { StatementRefused } from './database/storage-failure.js';
export { roomFor, type DiskRoom } from './embedded-database/disk-room.js';
export { openEmbeddedDatabase, type EmbeddedDatabase } from './embedded-database/embedded-database.js';
export { PersistenceModule } from './persistence.module.js';
