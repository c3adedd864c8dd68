import {
  AccountStore,
  ApiKeyStore,
  AuditLog,
  DeliveryLog,
  DeliveryQueue,
  DeliveryStatistics,
  Erasures,
  EventStore,
  PortalStore,
  ChangePreview,
  QueuedWebhooks,
  QueueSignal,
  Allowances,
  Redeliveries,
  Retention,
  SettingsStore,
} from '@belfry/application';
import { Logger, Module, type DynamicModule, type FactoryProvider } from '@nestjs/common';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { Database } from './database/database.js';
import { ReadDatabase } from './database/read-database.js';
import { DatabaseHealth } from './database/database-health.js';
import { chosenDatabase, type DatabaseChoice } from './database/open-database.js';
import { PostgresErasures } from './erasure/erasures.js';
import { openWhenUp } from './database/open-when-up.js';
import { defaultSchema } from './database/schema.js';
import { PostgresQueuedWebhooks } from './queue/queued-webhooks.js';
import { PostgresDeliveryQueue } from './queue/delivery-queue.js';
import { PostgresAccountStore } from './stores/account-store.js';
import { PostgresApiKeyStore } from './stores/api-key-store.js';
import { PostgresAuditLog } from './stores/audit-log.js';
import { PostgresDeliveryLog } from './stores/delivery-log.js';
import { PostgresDeliveryStatistics } from './stores/delivery-statistics.js';
import { PostgresEventStore } from './stores/event-store.js';
import { PostgresPortalStore } from './stores/portal-store.js';
import { PostgresChangePreview } from './stores/change-preview.js';
import { PostgresAllowances } from './stores/allowances.js';
import { PostgresRedeliveries } from './stores/redeliveries.js';
import { PostgresRetention } from './stores/retention.js';
import { PostgresSettingsStore } from './stores/settings-store.js';

/** Binds the storage ports to PostgreSQL: a server, or the embedded database. Applies missing migrations at start. */
@Module({})
export class PersistenceModule {
  /** `waitsForServer` is false in a process that would rather end than wait for a server that is still starting. */
  static forRoot(choice: DatabaseChoice, waitsForServer = true): DynamicModule {
    const logger = new Logger('Database');
    const chosen = chosenDatabase(choice);
    const name = dataSourceNameOf(chosen.schema);
    const onConnectionLost = (error: Error) => logger.warn(`an idle connection was lost: ${error.message}`);
    const ports = [
      bind(AccountStore, PostgresAccountStore),
      bind(SettingsStore, PostgresSettingsStore),
      bind(EventStore, PostgresEventStore),
      bindReader(DeliveryLog, PostgresDeliveryLog),
      bind(DeliveryQueue, PostgresDeliveryQueue),
      bind(ApiKeyStore, PostgresApiKeyStore),
      bind(AuditLog, PostgresAuditLog),
      bindReader(DeliveryStatistics, PostgresDeliveryStatistics),
      bind(PortalStore, PostgresPortalStore),
      bind(Erasures, PostgresErasures),
      bind(QueuedWebhooks, PostgresQueuedWebhooks),
      bind(Allowances, PostgresAllowances),
      bind(Redeliveries, PostgresRedeliveries),
      bind(ChangePreview, PostgresChangePreview),
      bind(Retention, PostgresRetention),
    ];
    const signal: FactoryProvider<QueueSignal> & { provide: typeof QueueSignal } = {
      provide: QueueSignal,
      inject: [Database],
      useFactory: (database: Database) => chosen.signal(database),
    };
    const health: FactoryProvider<DatabaseHealth> = {
      provide: DatabaseHealth,
      inject: [Database],
      useFactory: (database: Database) => new DatabaseHealth(database),
    };
    return {
      module: PersistenceModule,
      imports: [
        TypeOrmModule.forRootAsync({
          name,
          useFactory: () => ({
            type: 'postgres',
            autoLoadEntities: false,
            // What is worth another try, and what is said of it, is decided here alone.
            toRetry: () => false,
          }),
          dataSourceFactory: () => {
            const tell = (line: string) => logger.warn(line);
            const open = () => chosen.open(onConnectionLost, tell);
            return waitsForServer ? openWhenUp(open, tell) : open();
          },
        }),
      ],
      providers: [
        {
          provide: Database,
          inject: [getDataSourceToken(name)],
          useFactory: (dataSource: DataSource) => new Database(dataSource),
        },
        {
          provide: ReadDatabase,
          inject: [getDataSourceToken(name)],
          useFactory: (dataSource: DataSource) =>
            new ReadDatabase(dataSource, { poolSize: chosen.readConnections }, onConnectionLost),
        },
        ...ports,
        signal,
        health,
      ],
      exports: [...ports, signal, health],
    };
  }
}

/** A host's own data source is the default one; it may hold two of ours, each with a schema. */
function dataSourceNameOf(schema: string): string {
  return schema === defaultSchema ? 'belfry' : `belfry:${schema}`;
}

function bind<Port>(
  port: abstract new () => Port,
  adapter: new (database: Database, reads: ReadDatabase) => Port,
): FactoryProvider<Port> & { provide: typeof port } {
  return {
    provide: port,
    inject: [Database, ReadDatabase],
    useFactory: (database: Database, reads: ReadDatabase) => new adapter(database, reads),
  };
}

function bindReader<Port>(
  port: abstract new () => Port,
  adapter: new (reads: ReadDatabase) => Port,
): FactoryProvider<Port> & { provide: typeof port } {
  return { provide: port, inject: [ReadDatabase], useFactory: (reads: ReadDatabase) => new adapter(reads) };
}
