import type pg from 'pg';
import type { DataSource, EntityManager } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { PostgresQueryRunner } from 'typeorm/driver/postgres/PostgresQueryRunner.js';

/**
 * TypeORM's entities on a connection of ours, whose session is set up and whose transaction has begun: the stores of the
 * cold side use them. Statements of the hot side do without: building one takes TypeORM longer than the database to run it.
 */
export function entityManagerOn(dataSource: DataSource, client: pg.PoolClient): EntityManager {
  return dataSource.createEntityManager(new RunnerWithin(dataSource.driver as PostgresDriver, client));
}

/** Runs queries in a transaction that others begin and end. */
class RunnerWithin extends PostgresQueryRunner {
  constructor(driver: PostgresDriver, client: pg.PoolClient) {
    super(driver, 'master');
    this.databaseConnection = client;
    // So that it begins none of its own.
    this.isTransactionActive = true;
  }
}
