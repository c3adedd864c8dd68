import type { QueueSignal } from '@belfry/application';
import type { DataSource } from 'typeorm';
import { ChosenFolder, type EmbeddedDatabaseChoice } from '../embedded-database/chosen-folder.js';
import type { ConnectionLost } from './connect.js';
import type { Database } from './database.js';
import type { InspectedDatabase } from './inspect-database.js';
import { ChosenServer, type DatabaseServer } from './open-server.js';

/** Where everything is kept: on a server, or in a folder for the embedded database. */
export type DatabaseChoice = DatabaseServer | EmbeddedDatabaseChoice;

/** What is done differently on a server and on the embedded database. All else can't tell the one from the other. */
export interface ChosenDatabase {
  readonly schema: string;
  /** How many connections there are at most for what is only read. */
  readonly readConnections: number;
  /**
   * Connects and applies missing migrations. Throws `StorageUnavailable` where it can't be reached, and an error that names
   * the fault, never the URL, where it is refused. `tell` hears, in a sentence, of what an operator is to know.
   */
  open(onConnectionLost: ConnectionLost, tell?: (line: string) => void): Promise<DataSource>;
  /** Looks, and changes nothing. Null where there is no database yet. Throws like `open`. */
  inspect(): Promise<InspectedDatabase | null>;
  /** How processes hint to each other that something was queued. */
  signal(database: Database): QueueSignal;
}

/** The database that was chosen. */
export function chosenDatabase(choice: DatabaseChoice): ChosenDatabase {
  return 'databaseUrl' in choice ? new ChosenServer(choice) : new ChosenFolder(choice);
}

/** Connects to the database and applies missing migrations: see `ChosenDatabase`. */
export function openDatabase(choice: DatabaseChoice, onConnectionLost: ConnectionLost): Promise<DataSource> {
  return chosenDatabase(choice).open(onConnectionLost);
}

/** Looks at a database and changes nothing in it. Null for an embedded database that was not made yet. */
export function inspectDatabase(choice: DatabaseChoice): Promise<InspectedDatabase | null> {
  return chosenDatabase(choice).inspect();
}
