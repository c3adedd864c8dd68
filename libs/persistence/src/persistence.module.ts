import {
  AccountStore,
  ApiKeyStore,
  DeliveryLog,
  DeliveryQueue,
  EventStore,
  SettingsStore,
  StorageUnavailable,
} from '@belfry/application';
import { Logger, Module, type DynamicModule, type FactoryProvider } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Database } from './database/database.js';
import { DatabaseHealth } from './database/database-health.js';
import { openDatabase, type DatabaseServer, type EmbeddedDatabaseChoice } from './database/open-database.js';
import { PostgresDeliveryQueue } from './queue/delivery-queue.js';
import { PostgresAccountStore } from './stores/account-store.js';
import { PostgresApiKeyStore } from './stores/api-key-store.js';
import { PostgresDeliveryLog } from './stores/delivery-log.js';
import { PostgresEventStore } from './stores/event-store.js';
import { PostgresSettingsStore } from './stores/settings-store.js';

/** A server that is still starting is waited for: five tries, two seconds apart. */
const retries = { retryAttempts: 5, retryDelay: 2_000 };

/** Binds the storage ports to PostgreSQL: a server, or the embedded database. Applies missing migrations at start. */
@Module({})
export class PersistenceModule {
  static forRoot(choice: DatabaseServer | EmbeddedDatabaseChoice): DynamicModule {
    const logger = new Logger('Database');
    const onConnectionLost = (error: Error) => logger.warn(`an idle connection was lost: ${error.message}`);
    const ports = [
      bind(AccountStore, PostgresAccountStore),
      bind(SettingsStore, PostgresSettingsStore),
      bind(EventStore, PostgresEventStore),
      bind(DeliveryLog, PostgresDeliveryLog),
      bind(DeliveryQueue, PostgresDeliveryQueue),
      bind(ApiKeyStore, PostgresApiKeyStore),
    ];
    const health: FactoryProvider<DatabaseHealth> = {
      provide: DatabaseHealth,
      inject: [DataSource],
      useFactory: (dataSource: DataSource) => new DatabaseHealth(dataSource),
    };
    return {
      module: PersistenceModule,
      imports: [
        TypeOrmModule.forRootAsync({
          useFactory: () => ({
            type: 'postgres',
            ...retries,
            autoLoadEntities: false,
            toRetry: (error: unknown) => error instanceof StorageUnavailable,
          }),
          dataSourceFactory: () => openDatabase(choice, onConnectionLost),
        }),
      ],
      providers: [
        {
          provide: Database,
          inject: [DataSource],
          useFactory: (dataSource: DataSource) => new Database(dataSource),
        },
        ...ports,
        health,
      ],
      exports: [...ports, health],
    };
  }
}

function bind<Port>(
  port: abstract new () => Port,
  adapter: new (database: Database) => Port,
): FactoryProvider<Port> & { provide: typeof port } {
  return { provide: port, inject: [Database], useFactory: (database: Database) => new adapter(database) };
}
