/**
 * The database that commands work on, and the settings of the process that lead to it. Loading this file takes about a
 * second of processor time (Nest, TypeORM, the embedded database), so only `CommandContext` does, for commands that need it.
 */
import 'reflect-metadata';
import type { ListPage, Principal } from '@belfry/application';
import { belfryOptions, isDevelopment, loadConfiguration, type Configuration } from '@belfry/configuration';
import { cursorTo } from '@belfry/contract';
import { parseWith, scopes, type EventCatalogue } from '@belfry/domain';
import { BelfryModule, version } from '@belfry/nest';
import { createLogger, Telemetry } from '@belfry/telemetry';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { z } from 'zod';
import { InvalidInput } from '../failure.js';
import type { Listed, Page } from './backend.js';

/** Whoever can run the command has the database, and so may do everything. */
export const operator: Principal = { kind: 'operator', id: 'cli', accountId: null, scopes: new Set(scopes) };

/** The settings of the process, and the use cases, which are opened when they are first asked for. */
export class Database {
  private opened: Promise<INestApplicationContext> | undefined;

  constructor(
    readonly configuration: Configuration,
    readonly catalogue: EventCatalogue,
    private readonly open: () => Promise<INestApplicationContext>,
  ) {}

  /** Reads the settings of the process; opens nothing. Throws `ConfigurationError`. */
  static async configured(catalogue: EventCatalogue): Promise<Database> {
    const configuration = await loadConfiguration();
    // A person at a terminal wants to hear of errors only, unless they ask for more.
    const logLevel = process.env['LOG_LEVEL'] ? configuration.process.logLevel : 'error';
    return new Database(configuration, catalogue, async () => {
      const options = belfryOptions(configuration);
      const belfry = BelfryModule.forRoot({
        ...options,
        database: {
          ...options.database,
          join: true,
          // Another command that held the embedded database may just have ended: the next try opens the folder.
          waits: configuration.database.url === null,
        },
        webhooks: { ...options.webhooks, alsoAllowed: await sampleEndpoint(configuration) },
        catalogue,
        dispatch: false,
        telemetry: new Telemetry(createLogger(logLevel, version), { version, role: 'cli' }),
      });
      // Nest's own words are for servers; what fails here is thrown, and said once.
      return NestFactory.createApplicationContext(belfry, { logger: false, abortOnError: false });
    });
  }

  /**
   * The use cases and ports, by their classes. Opens the database, or joins a running process that has the embedded one
   * open. Rejects with `StorageUnavailable` where the database cannot be reached.
   */
  app(): Promise<INestApplicationContext> {
    return (this.opened ??= this.open());
  }

  async close(): Promise<void> {
    if (this.opened === undefined) return;
    // Where it did not open, that was said already.
    const app = await this.opened.catch(() => null);
    await app?.close();
  }

  /** Reads part of a list. A wrong cursor is refused before the database is opened. */
  async list<Stored, Item>(
    page: Page,
    cursor: z.ZodType<string | undefined>,
    read: (app: INestApplicationContext, past: string | undefined) => Promise<ListPage<Stored>>,
    answer: (stored: Stored) => Item,
  ): Promise<Listed<Item>> {
    const past = parsed('/cursor', cursor, page.cursor);
    const found = await read(await this.app(), past);
    return { items: found.items.map(answer), next_cursor: cursorTo(found) };
  }
}

/** What was given, as its schema reads it; `place` is where it was given, if not in a document. Throws `InvalidInput`. */
export function parsed<Output>(place: string, schema: z.ZodType<Output>, value: unknown): Output {
  const result = parseWith(schema, value);
  if (result.ok) return result.value;
  throw new InvalidInput(
    result.problems.map(({ pointer, message }) => ({ pointer: `${place}${pointer}`, message })),
  );
}

/** What the sample account's webhooks may reach, though it is not public. Production does not load it. */
async function sampleEndpoint(configuration: Configuration) {
  if (!isDevelopment(configuration)) return null;
  const { developmentEndpoint, sampleAccountId } = await import('@belfry/development');
  return { accountId: sampleAccountId, endpoint: developmentEndpoint(configuration.http) };
}
