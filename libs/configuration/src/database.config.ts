import { defaultSchema, judgeDatabaseUrl, judgeSchema } from '@belfry/persistence';
import { z } from 'zod';
import { namespace } from './namespace.js';
import { acceptedBy, integer } from './rules.js';

/** The database, and the folder of the embedded one. */
export const databaseConfig = namespace('database', {
  variables: {
    DATABASE_URL: acceptedBy(judgeDatabaseUrl).optional(),
    DATABASE_POOLER: z.enum(['transaction'], { error: 'must be transaction or left unset' }).optional(),
    DATABASE_DIRECT_URL: acceptedBy(judgeDatabaseUrl).optional(),
    DATABASE_SCHEMA: acceptedBy(judgeSchema).default(defaultSchema),
    DATABASE_POOL_SIZE: integer(2, 100, 8),
    DATABASE_READ_POOL_SIZE: integer(1, 100, 2),
    DATA_DIR: z.string().default('.belfry'),
  },
  secrets: ['DATABASE_URL', 'DATABASE_DIRECT_URL'],
  settings: (values) => ({
    /** PostgreSQL; null means the embedded database in the data directory. */
    url: values.DATABASE_URL ?? null,
    /** `transaction` where `url` is known to lead to a pooler in transaction mode; null: that is found out. */
    pooler: values.DATABASE_POOLER ?? null,
    /** The server itself where `url` leads to a pooler: for LISTEN and migrations. */
    directUrl: values.DATABASE_DIRECT_URL ?? null,
    /** The schema that the tables are in. */
    schema: values.DATABASE_SCHEMA,
    poolSize: values.DATABASE_POOL_SIZE,
    /** Connections for what people look at, beside those of the pool. */
    readPoolSize: values.DATABASE_READ_POOL_SIZE,
    dataDirectory: values.DATA_DIR,
  }),
});
