/**
 * What commands work with. Nothing is loaded or opened until a command asks: help, completion and wrong use are answered
 * without a database, and without the second that loading it takes.
 */
import type { EventCatalogue } from '@belfry/domain';
import type { Backend } from './backend/backend.js';
import type { Database } from './backend/database.js';
import type { Maintenance } from './backend/maintenance.js';

/** Loads what a command needs when it asks for it, and closes it at the end. */
export class CommandContext {
  private database: Promise<Database> | undefined;

  constructor(
    /** The event types that help and options name. */
    readonly catalogue: EventCatalogue,
  ) {}

  /** What every noun's commands ask. Throws `ConfigurationError` where the settings of the process are wrong. */
  async backend(): Promise<Backend> {
    const database = await this.configured();
    const [{ administrationOn }, { pipelineOn }] = await Promise.all([
      import('./backend/administration.js'),
      import('./backend/pipeline.js'),
    ]);
    return { ...administrationOn(database), ...pipelineOn(database) };
  }

  /** What works on the database itself, and so needs one: migrations, the sample account, a restored backup. */
  async maintenance(): Promise<Maintenance> {
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
