import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What is being erased: a whole account, or one person's address in an account (`email`). A row stands until nothing is
 * left; whoever works on it says so by `held_until`, and after that anybody may take it up. It outlives its account.
 */
export class Erasures1795876024080 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE erasures (
        erasure_id uuid PRIMARY KEY,
        account_id bigint NOT NULL,
        email text,
        held_until timestamptz NOT NULL
      )`);
    await runner.query(
      'CREATE UNIQUE INDEX erasures_of_accounts ON erasures (account_id) WHERE email IS NULL',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE erasures');
  }
}
