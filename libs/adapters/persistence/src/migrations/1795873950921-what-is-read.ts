import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What lists read. The index of queued mails by account holds a mail only while it waits: one that is handed over at once
 * never gets into it.
 */
export class WhatIsRead1795873950921 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // The strongest locks first: raised later, they would make others end in deadlocks.
    await runner.query('LOCK TABLE deliveries, audit_log, api_keys IN ACCESS EXCLUSIVE MODE');
    await runner.query(`
      CREATE INDEX deliveries_queued_mails_of_account ON deliveries (account_id, delivery_id)
      WHERE status = 'queued' AND channel = 'email'`);
    // A page is bounded by bytes, which must be known without reading them.
    await runner.query(`
      ALTER TABLE audit_log ADD COLUMN size integer NOT NULL GENERATED ALWAYS AS (octet_length(changes::text)) STORED`);
    await runner.query('CREATE INDEX api_keys_in_use ON api_keys (key_id) WHERE revoked_at IS NULL');
    await runner.query(
      'CREATE INDEX api_keys_in_use_of_account ON api_keys (account_id, key_id) WHERE revoked_at IS NULL',
    );
    // For an account's removal, which takes its keys with it.
    await runner.query('CREATE INDEX api_keys_of_account ON api_keys (account_id)');
    await runner.query('CREATE INDEX api_keys_revoked ON api_keys (revoked_at) WHERE revoked_at IS NOT NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const index of [
      'api_keys_revoked',
      'api_keys_of_account',
      'api_keys_in_use_of_account',
      'api_keys_in_use',
      'deliveries_queued_mails_of_account',
    ])
      await runner.query(`DROP INDEX ${index}`);
    await runner.query('ALTER TABLE audit_log DROP COLUMN size');
  }
}
