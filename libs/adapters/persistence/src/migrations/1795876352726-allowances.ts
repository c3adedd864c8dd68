import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What each account has used of what it may set off in a time: counted here, as all processes share it. */
export class Allowances1795876352726 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE account_allowances (
        account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
        purpose text NOT NULL,
        began_at timestamptz NOT NULL,
        spent integer NOT NULL,
        PRIMARY KEY (account_id, purpose)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE account_allowances');
  }
}
