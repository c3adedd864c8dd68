import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What kept an attempt from an answer, in words: no connection, a certificate, a silence. It stood in the log alone. A
 * column of its own, since `response_*` is what the other side said.
 */
export class WhatKeptAMail1795876456699 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE attempts ADD COLUMN detail text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE attempts DROP COLUMN detail');
  }
}
