import { StorageUnavailable } from '@belfry/application';
import type { DataSource } from 'typeorm';
import { appliedMigrations, missingMigrations } from './migrate.js';
import { storageFailure } from './storage-failure.js';

/** Says whether the database can serve this process. */
export class DatabaseHealth {
  constructor(private readonly dataSource: DataSource) {}

  /** The names of the migrations that were missing when this process opened the database, and were applied then. */
  get appliedAtOpening(): readonly string[] {
    return appliedMigrations(this.dataSource);
  }

  /** True where the database is reachable and has all of this version's migrations. */
  async check(): Promise<boolean> {
    try {
      return (await missingMigrations(this.dataSource)).length === 0;
    } catch (error) {
      const failure = storageFailure(error);
      if (failure instanceof StorageUnavailable) return false;
      throw failure;
    }
  }
}
