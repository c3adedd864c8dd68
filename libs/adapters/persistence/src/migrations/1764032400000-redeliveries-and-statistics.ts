import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What redelivery and statistics need. */
export class RedeliveriesAndStatistics1764032400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // The strongest lock first: raised later, it would make publishers of the version before end in deadlocks.
    await runner.query('LOCK TABLE deliveries IN ACCESS EXCLUSIVE MODE');
    await runner.query(`
      CREATE INDEX deliveries_redelivered ON deliveries (account_id, redelivery_of) WHERE redelivery_of IS NOT NULL`);
    // By status first: what was interrupted is found without reading past all that failed.
    await runner.query(`
      CREATE INDEX deliveries_by_fault ON deliveries (account_id, status, delivery_id)
      WHERE status IN ('failed', 'interrupted')`);
    await runner.query('DROP INDEX deliveries_gone_wrong');
    // Rows are changed often and never by an indexed column: room in each page lets them stay where they are.
    await runner.query(`
      CREATE TABLE delivery_statistics (
        account_id bigint NOT NULL,
        hour timestamptz NOT NULL,
        channel text NOT NULL,
        event_type text NOT NULL,
        status text NOT NULL,
        duration_ms integer NOT NULL,
        worker uuid NOT NULL,
        deliveries integer NOT NULL,
        PRIMARY KEY (account_id, hour, channel, event_type, status, duration_ms, worker)
      ) WITH (fillfactor = 50)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE delivery_statistics');
    await runner.query('DROP INDEX deliveries_redelivered');
    await runner.query(`
      CREATE INDEX deliveries_gone_wrong ON deliveries (account_id, delivery_id)
      WHERE status IN ('failed', 'interrupted')`);
    await runner.query('DROP INDEX deliveries_by_fault');
  }
}
