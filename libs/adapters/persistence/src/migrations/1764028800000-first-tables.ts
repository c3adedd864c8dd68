import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The first tables. Every key begins with the account, so that all of them but `idempotency_keys` and `api_keys` can be
 * spread over several servers by it. Events, deliveries and attempts do not reference each other by foreign keys: each is
 * written by the one statement that writes, changes or deletes what it belongs to, and checking that again, with a lock
 * on the referenced row, took two thirds of the database's time (docs/performance.md). Event types, reasons and roles are text without a list of allowed values: a new
 * one needs no migration.
 */
export class FirstTables1764028800000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [
      accounts,
      notificationSettings,
      events,
      deliveries,
      ...deliveryIndexes,
      attempts,
    ]) {
      await runner.query(statement);
    }
    for (const statement of [idempotencyKeys, idempotencyKeysByAge, apiKeys]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP TABLE api_keys, idempotency_keys, attempts, deliveries, events, notification_settings, accounts',
    );
  }
}

const accounts = `
  CREATE TABLE accounts (
    account_id bigint PRIMARY KEY,
    account_name text NOT NULL,
    contact_name text,
    contact_email text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
  )`;

const notificationSettings = `
  CREATE TABLE notification_settings (
    account_id bigint PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    webhook_url text,
    events jsonb NOT NULL DEFAULT '{}',
    version integer NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT no_toggle_without_url CHECK (
      webhook_url IS NOT NULL OR NOT jsonb_path_exists(events, '$.*.send_webhook ? (@ == true)')
    )
  )`;

/** The payload is json, not jsonb: its bytes must not change. */
const events = `
  CREATE TABLE events (
    account_id bigint NOT NULL,
    event_id uuid NOT NULL,
    event_type text NOT NULL,
    environment text NOT NULL,
    payload json NOT NULL,
    accepted_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, event_id)
  )`;

/**
 * An interrupted webhook keeps its worker: the outcome of that claim may still arrive.
 * Each delivery is written once and changed once or twice, so a fifth of the table (PostgreSQL's own threshold) would be
 * hundreds of thousands of dead rows; the queue's partial indexes stay small only if they are cleaned sooner.
 */
const deliveries = `
  CREATE TABLE deliveries (
    account_id bigint NOT NULL,
    delivery_id uuid NOT NULL,
    event_id uuid NOT NULL,
    event_type text NOT NULL,
    channel text NOT NULL CHECK (channel IN ('webhook', 'email')),
    destination text NOT NULL,
    recipient_role text,
    recipient_domain text,
    status text NOT NULL CHECK (status IN ('queued', 'sending', 'succeeded', 'failed', 'interrupted')),
    reason text,
    redelivery_of uuid,
    test boolean NOT NULL DEFAULT false,
    attempts integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    worker uuid,
    lease_expires_at timestamptz,
    next_attempt_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    started_at timestamptz,
    finished_at timestamptz,
    PRIMARY KEY (account_id, delivery_id),
    CONSTRAINT lease_while_sending CHECK ((status = 'sending') = (lease_expires_at IS NOT NULL)),
    CONSTRAINT worker_while_claimed CHECK ((status IN ('sending', 'interrupted')) = (worker IS NOT NULL)),
    CONSTRAINT finished_when_final CHECK ((status IN ('queued', 'sending')) = (finished_at IS NULL)),
    CONSTRAINT role_of_mails CHECK ((channel = 'email') = (recipient_role IS NOT NULL)),
    CONSTRAINT domain_of_mails CHECK ((channel = 'email') = (recipient_domain IS NOT NULL)),
    CONSTRAINT mails_are_not_interrupted CHECK (NOT (channel = 'email' AND status = 'interrupted'))
  ) WITH (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 5000,
          autovacuum_analyze_scale_factor = 0.02)`;

/** Partial indexes: what is queued, leased or went wrong is found at a cost that does not grow with the history. */
const deliveryIndexes = [
  `CREATE INDEX deliveries_queued_webhooks ON deliveries (account_id, delivery_id)
     WHERE status = 'queued' AND channel = 'webhook'`,
  `CREATE INDEX deliveries_queued_mails ON deliveries (next_attempt_at, delivery_id)
     WHERE status = 'queued' AND channel = 'email'`,
  `CREATE INDEX deliveries_leases ON deliveries (lease_expires_at) WHERE status = 'sending'`,
  `CREATE INDEX deliveries_gone_wrong ON deliveries (account_id, delivery_id)
     WHERE status IN ('failed', 'interrupted')`,
  `CREATE INDEX deliveries_of_event ON deliveries (account_id, event_id)`,
];

/** A webhook's request body is its event's payload, and is kept there alone. */
const attempts = `
  CREATE TABLE attempts (
    account_id bigint NOT NULL,
    delivery_id uuid NOT NULL,
    attempt_id uuid NOT NULL,
    started_at timestamptz NOT NULL,
    duration_ms integer NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('succeeded', 'failed')),
    reason text,
    request_headers json NOT NULL,
    request_body text,
    response_status integer,
    response_headers json,
    response_body text,
    PRIMARY KEY (account_id, delivery_id, attempt_id),
    CONSTRAINT response_is_whole CHECK (
      (response_status IS NULL) = (response_headers IS NULL) AND (response_status IS NULL) = (response_body IS NULL)
    )
  )`;

/** No reference to the event: retention may take the event while its key still counts. */
const idempotencyKeys = `
  CREATE TABLE idempotency_keys (
    scope bigint NOT NULL,
    idempotency_key text NOT NULL,
    input_hash bytea NOT NULL,
    event_id uuid NOT NULL,
    deliveries integer NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (scope, idempotency_key)
  )`;

const idempotencyKeysByAge = `CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at)`;

const apiKeys = `
  CREATE TABLE api_keys (
    key_id uuid PRIMARY KEY,
    account_id bigint REFERENCES accounts ON DELETE CASCADE,
    name text NOT NULL,
    key_hash bytea NOT NULL UNIQUE,
    scopes text[] NOT NULL,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz,
    revoked_at timestamptz
  )`;
