import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A portal link holds what its maker holds, and ends with its maker's key; so does the session that it opens. Those of an
 * older version, which say nothing of it, hold nothing and open nothing: they last five minutes and eight hours anyway.
 * Accounts have versions, as settings do.
 */
export class WhatLinksHold1795873673463 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('LOCK TABLE accounts, portal_links, portal_sessions IN ACCESS EXCLUSIVE MODE');
    for (const table of ['portal_links', 'portal_sessions']) {
      await runner.query(`
        ALTER TABLE ${table}
          ADD COLUMN scopes text[] NOT NULL DEFAULT '{}',
          ADD COLUMN key_id uuid`);
      await runner.query(`CREATE INDEX ${table}_of_key ON ${table} (key_id) WHERE key_id IS NOT NULL`);
    }
    await runner.query('ALTER TABLE portal_links ADD COLUMN goes_to text');
    await runner.query('ALTER TABLE accounts ADD COLUMN version integer NOT NULL DEFAULT 1');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE accounts DROP COLUMN version');
    await runner.query('ALTER TABLE portal_links DROP COLUMN goes_to');
    for (const table of ['portal_links', 'portal_sessions'])
      await runner.query(`ALTER TABLE ${table} DROP COLUMN scopes, DROP COLUMN key_id`);
  }
}
