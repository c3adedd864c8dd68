import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Portal links and the sessions they open. Both are found by the hash of their secret. */
export class Portal1764036000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE portal_links (
        account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
        link_hash bytea NOT NULL UNIQUE,
        expires_at timestamptz NOT NULL,
        PRIMARY KEY (account_id, link_hash)
      )`);
    await runner.query(`
      CREATE TABLE portal_sessions (
        account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
        session_id uuid NOT NULL UNIQUE,
        session_hash bytea NOT NULL UNIQUE,
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        PRIMARY KEY (account_id, session_id)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE portal_sessions, portal_links');
  }
}
