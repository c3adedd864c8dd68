/** The schema that Belfry keeps its tables in: its own, so that it can live in a database that others use. */
import { failure, success, type Result } from '@belfry/domain';
import { createHash } from 'node:crypto';
import pg from 'pg';
import type { QueryRunner } from 'typeorm';
import { sqlStateOf } from './storage-failure.js';

/** The schema where `DATABASE_SCHEMA` names no other. */
export const defaultSchema = 'belfry';

/** PostgreSQL's names have 63 bytes, and the queue's channel of NOTIFY is named after the schema. */
const mostCharacters = 50;

/** Judges the name of a schema. It needs no quotes, so that an operator can write it in a statement as it is. */
export function judgeSchema(text: string): Result<string> {
  const refuse = (message: string) => failure({ pointer: '', message });
  if (!/^[a-z_][a-z0-9_]*$/.test(text) || text.length > mostCharacters)
    return refuse(
      `must be 1 to ${mostCharacters} lowercase letters, digits and underscores, and not begin with a digit, such as belfry`,
    );
  if (text.startsWith('pg_') || text === 'information_schema')
    return refuse('must not be a schema of PostgreSQL itself: choose another name, such as belfry');
  return success(text);
}

/** The value of `search_path` that leads to this schema alone. */
export function searchPathOf(schema: string): string {
  return pg.escapeIdentifier(schema);
}

/** The channel of NOTIFY on which processes that share this schema hint to each other. */
export function queueChannelOf(schema: string): string {
  return `${schema}_queue`;
}

/** The number that processes lock while they migrate this schema: two schemas of a database do not wait for each other. */
export function migrationLockOf(schema: string): string {
  return createHash('sha256').update(`belfry migrations of ${schema}`).digest().readBigInt64BE().toString();
}

/** Creates the schema where it is not there. Throws, saying what to do, where this role may not. */
export async function createSchema(runner: QueryRunner, schema: string): Promise<void> {
  // Not by IF NOT EXISTS alone: that asks for the right to create one even where it is there.
  const found = (await runner.query('SELECT FROM pg_namespace WHERE nspname = $1', [schema])) as unknown[];
  if (found.length === 0) await runner.query(`CREATE SCHEMA IF NOT EXISTS ${pg.escapeIdentifier(schema)}`);
}

const insufficientPrivilege = '42501';
const duplicateTable = '42P07';

/** The error with which a schema could not be set up, in words that say what to do. */
export function schemaFailure(error: unknown, schema: string, role: string): unknown {
  const code = sqlStateOf(error);
  const user = pg.escapeIdentifier(role);
  if (code === insufficientPrivilege)
    return new Error(
      `the database role ${user} may not create the schema ${schema}, or tables in it: ` +
        `run CREATE SCHEMA IF NOT EXISTS ${schema}; GRANT USAGE, CREATE ON SCHEMA ${schema} TO ${user} as the owner of the database, ` +
        'or set DATABASE_SCHEMA to a schema where this role may create tables',
    );
  return code === duplicateTable ? new SchemaInUse(schema) : error;
}

/** The schema holds tables of another application. */
export class SchemaInUse extends Error {
  constructor(schema: string) {
    super(
      `the schema ${schema} already holds tables of another application: ` +
        'set DATABASE_SCHEMA to a schema that only Belfry uses; it is created where it does not exist',
    );
  }
}
