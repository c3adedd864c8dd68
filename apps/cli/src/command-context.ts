/**
 * What commands work with. Nothing is loaded or opened until a command asks: help, completion and wrong use are answered
 * without a database, and without the second that loading it takes.
 */
import type { EventCatalogue } from '@belfry/domain';
import type { Backend } from './backend/backend.js';
import type { Database } from './backend/database.js';
import type { ApiAccess } from './backend/http.js';
import type { Maintenance } from './backend/maintenance.js';
import { onlyOnTheDatabase, wrongValue } from './failure.js';

type GivenApi = Partial<ApiAccess>;

/** Loads what a command needs when it asks for it, and closes it at the end. */
export class CommandContext {
  private database: Promise<Database> | undefined;
  private given: GivenApi = {};

  constructor(
    /** The event types that help and options name. */
    readonly catalogue: EventCatalogue,
  ) {}

  /** Commands are to ask this API; without a URL and a key, the database. */
  ask(given: GivenApi): void {
    this.given = given;
  }

  /** The API to ask; null for the database. Throws where one of URL and key is missing. */
  api(): ApiAccess | null {
    const { url, key } = this.given;
    if (url !== undefined && key !== undefined) return { url, key };
    if (url !== undefined) throw wrongValue(url.name, 'needs an API key too: set BELFRY_KEY');
    if (key !== undefined) throw wrongValue(key.name, 'needs the URL of the API too: set BELFRY_URL');
    return null;
  }

  /** What every noun's commands ask. Throws `ConfigurationError` where the settings of the process are wrong. */
  async backend(): Promise<Backend> {
    const access = this.api();
    if (access !== null) {
      const { backendOver } = await import('./backend/http.js');
      return backendOver(access);
    }
    const database = await this.configured();
    const [{ administrationOn }, { pipelineOn }] = await Promise.all([
      import('./backend/administration.js'),
      import('./backend/pipeline.js'),
    ]);
    return { ...administrationOn(database), ...pipelineOn(database) };
  }

  /** What works on the database itself, and so needs one: migrations, the sample account, a restored backup. */
  async maintenance(): Promise<Maintenance> {
    if (this.api() !== null) throw onlyOnTheDatabase('this can be done');
    const { maintenanceOn } = await import('./backend/maintenance.js');
    return maintenanceOn(await this.configured());
  }

  /** The settings of the process. */
  async configuration(): Promise<Database['configuration']> {
    return (await this.configured()).configuration;
  }

  async close(): Promise<void> {
    await (await this.database?.catch(() => undefined))?.close();
  }

  private configured(): Promise<Database> {
    return (this.database ??= import('./backend/database.js').then(({ Database }) =>
      Database.configured(this.catalogue),
    ));
  }
}
