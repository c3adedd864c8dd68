import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Mails take turns, by recipient domain and within it by account: the index of those that are due has that order. A mail
 * that waits for its next try is not in it, or claims would pass by all of these: an index of their own finds those
 * whose pause is over.
 */
export class MailsInTurn1795874333099 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // The strongest lock first: raised later, it would make publishers of the version before end in deadlocks.
    await runner.query('LOCK TABLE deliveries IN ACCESS EXCLUSIVE MODE');
    await runner.query('ALTER TABLE deliveries ADD COLUMN put_off boolean NOT NULL DEFAULT false');
    await runner.query(`UPDATE deliveries SET put_off = true
      WHERE status = 'queued' AND channel = 'email' AND next_attempt_at > now()`);
    await runner.query(`
      CREATE INDEX deliveries_due_mails ON deliveries (recipient_domain, account_id, next_attempt_at, delivery_id)
      WHERE status = 'queued' AND channel = 'email' AND NOT put_off`);
    await runner.query(`
      CREATE INDEX deliveries_put_off_mails ON deliveries (next_attempt_at, account_id, delivery_id)
      WHERE status = 'queued' AND channel = 'email' AND put_off`);
    await runner.query('DROP INDEX deliveries_queued_mails');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE INDEX deliveries_queued_mails ON deliveries (next_attempt_at, delivery_id)
      WHERE status = 'queued' AND channel = 'email'`);
    await runner.query('DROP INDEX deliveries_put_off_mails');
    await runner.query('DROP INDEX deliveries_due_mails');
    await runner.query('ALTER TABLE deliveries DROP COLUMN put_off');
  }
}
