/**
 * What commands work with: the use cases and the database behind them. It is opened by the first command that needs it,
 * so that help, completion and wrong use are answered without a database, and without the half second that loading it
 * takes.
 */
import type { Configuration } from '@belfry/nest';
import { Injectable, type INestApplicationContext, type OnModuleDestroy } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

type Composition = typeof import('@belfry/nest');

/** The settings of the process, read; the database is not open. */
export interface ReadyWorkplace {
  readonly composition: Composition;
  readonly configuration: Configuration;
}

/** The use cases and ports, by their classes, with the database open. */
export interface OpenWorkplace extends ReadyWorkplace {
  readonly app: INestApplicationContext;
}

/** Opens the use cases when they are asked for, and closes them at the end. */
@Injectable()
export class Workplace implements OnModuleDestroy {
  private loaded: ReturnType<typeof load> | undefined;
  private opened: INestApplicationContext | undefined;

  /** Reads the settings of the process. Throws `ConfigurationError`. */
  async configure(): Promise<ReadyWorkplace> {
    const { composition, configuration } = await this.load();
    return { composition, configuration };
  }

  /**
   * Opens the database, or joins a running process that has the embedded one open. Throws `ConfigurationError`, and
   * `StorageUnavailable` where the database can't be reached.
   */
  async open(): Promise<OpenWorkplace> {
    const { composition, configuration, module } = await this.load();
    const { createLogger } = await import('@belfry/telemetry');
    const logger = createLogger(configuration.logLevel, composition.version);
    this.opened = await NestFactory.createApplicationContext(
      {
        module: WorkplaceModule,
        imports: [
          module,
          composition.BelfryModule.forRoot({
            configuration,
            logger,
            sendsDeliveries: false,
            joinsDatabase: true,
            // A command whose embedded database was to be joined may just have ended: the next try opens the folder.
            waitsForDatabase: configuration.databaseUrl === null,
            development: composition.isDevelopment(configuration)
              ? await sampleEndpoint(configuration)
              : null,
          }),
        ],
      },
      // Nest's own words are for servers; what fails here is thrown, and said once.
      { logger: false, abortOnError: false },
    );
    return { composition, configuration, app: this.opened };
  }

  private load(): ReturnType<typeof load> {
    return (this.loaded ??= load());
  }

  async onModuleDestroy(): Promise<void> {
    await this.opened?.close();
  }
}

class WorkplaceModule {}

/** What the sample account's webhooks may reach, though it is not public. */
async function sampleEndpoint(configuration: Configuration) {
  const { developmentEndpoint, sampleAccountId } = await import('@belfry/development');
  return { accountId: sampleAccountId, endpoint: developmentEndpoint(configuration) };
}

async function load() {
  const composition = await import('@belfry/nest');
  const { configuration, module } = await composition.loadConfiguration();
  // A person at a terminal wants to hear of trouble alone, unless they ask for more.
  const logLevel = process.env['LOG_LEVEL'] ? configuration.logLevel : 'error';
  return { composition, configuration: { ...configuration, logLevel }, module };
}
