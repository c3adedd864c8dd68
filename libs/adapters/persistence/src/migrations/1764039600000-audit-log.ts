import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who changed what, when. Account 0 stands for the platform as a whole; entries outlive what they tell of. */
export class AuditLog1764039600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE audit_log (
        account_id bigint NOT NULL,
        entry_id uuid NOT NULL,
        at timestamptz NOT NULL,
        actor_kind text NOT NULL,
        actor_id text NOT NULL,
        action text NOT NULL,
        changes json NOT NULL,
        PRIMARY KEY (account_id, entry_id)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE audit_log');
  }
}
