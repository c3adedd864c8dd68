import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The deliveries of an event are found by the event's id alone. An index that begins with the account looked as good as
 * the primary key to a plan made for an empty table, which then read all deliveries of the account for each claim.
 */
export class KeysAlone1764043200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX deliveries_of_event');
    await runner.query('CREATE INDEX deliveries_of_event ON deliveries (event_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX deliveries_of_event');
    await runner.query('CREATE INDEX deliveries_of_event ON deliveries (account_id, event_id)');
  }
}
