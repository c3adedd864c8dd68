import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * All tables of the first version. They are made in the schema that the connection's `search_path` names, and nowhere else.
 *
 * Every key begins with the account, so that all tables but `idempotency_keys`, `api_keys` and `erasures` can be spread
 * over several servers by it. Events, deliveries and attempts do not reference each other by foreign keys: each is written
 * by the one statement that writes, changes or deletes what it belongs to, and checking that again, with a lock on the
 * referenced row, took two thirds of the database's time (docs/performance.md). Event types, reasons and roles are text
 * without a list of allowed values: a new one needs no migration.
 */
export class FirstSchema1795884000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...accounts, ...events, ...deliveries, ...history, ...access, ...erasures])
      await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `DROP TABLE erasures, portal_sessions, portal_links, api_keys, audit_log, delivery_statistics, attempts, deliveries,
         idempotency_keys, events, account_allowances, notification_settings, accounts`,
    );
  }
}

const accounts = [
  `CREATE TABLE accounts (
    account_id bigint PRIMARY KEY,
    account_name text NOT NULL,
    contact_name text,
    contact_email text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version integer NOT NULL DEFAULT 1
  )`,
  `CREATE TABLE notification_settings (
    account_id bigint PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    webhook_url text,
    events jsonb NOT NULL DEFAULT '{}',
    version integer NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT no_toggle_without_url CHECK (
      webhook_url IS NOT NULL OR NOT jsonb_path_exists(events, '$.*.send_webhook ? (@ == true)')
    )
  )`,
  // How much of its allowances an account has spent: counted here, as all processes share it.
  `CREATE TABLE account_allowances (
    account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    purpose text NOT NULL,
    began_at timestamptz NOT NULL,
    spent integer NOT NULL,
    PRIMARY KEY (account_id, purpose)
  )`,
];

const events = [
  // The payload is json, not jsonb: its bytes must not change.
  `CREATE TABLE events (
    account_id bigint NOT NULL,
    event_id uuid NOT NULL,
    event_type text NOT NULL,
    environment text NOT NULL,
    payload json NOT NULL,
    accepted_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, event_id)
  )`,
  // No reference to the event: retention may take the event while its key still counts.
  `CREATE TABLE idempotency_keys (
    scope bigint NOT NULL,
    idempotency_key text NOT NULL,
    input_hash bytea NOT NULL,
    event_id uuid NOT NULL,
    deliveries integer NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (scope, idempotency_key)
  )`,
  `CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at)`,
];

/** Partial indexes: what is queued, leased or went wrong is found at a cost that does not grow with the history. */
const deliveries = [
  // An interrupted webhook keeps its worker: the outcome of that claim may still arrive. A mail that waits for its next
  // try is `put_off`. Each delivery is written once and changed once or twice, so a fifth of the table (PostgreSQL's own
  // threshold) would be hundreds of thousands of dead rows; the queue's partial indexes stay small only if they are
  // cleaned sooner.
  `CREATE TABLE deliveries (
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
    put_off boolean NOT NULL DEFAULT false,
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
          autovacuum_analyze_scale_factor = 0.02)`,
  `CREATE INDEX deliveries_queued_webhooks ON deliveries (account_id, delivery_id)
     WHERE status = 'queued' AND channel = 'webhook'`,
  // Mails take turns by recipient domain and, within it, by account. One that is put off is not in it, or claims would
  // pass by all of these; the next index finds those whose pause is over.
  `CREATE INDEX deliveries_due_mails ON deliveries (recipient_domain, account_id, next_attempt_at, delivery_id)
     WHERE status = 'queued' AND channel = 'email' AND NOT put_off`,
  `CREATE INDEX deliveries_put_off_mails ON deliveries (next_attempt_at, account_id, delivery_id)
     WHERE status = 'queued' AND channel = 'email' AND put_off`,
  // For lists. A mail is in it only while it waits: one that is handed over at once never gets into it.
  `CREATE INDEX deliveries_queued_mails_of_account ON deliveries (account_id, delivery_id)
     WHERE status = 'queued' AND channel = 'email'`,
  `CREATE INDEX deliveries_leases ON deliveries (lease_expires_at) WHERE status = 'sending'`,
  // By status first: what was interrupted is found without reading past all that failed.
  `CREATE INDEX deliveries_by_fault ON deliveries (account_id, status, delivery_id)
     WHERE status IN ('failed', 'interrupted')`,
  `CREATE INDEX deliveries_redelivered ON deliveries (account_id, redelivery_of) WHERE redelivery_of IS NOT NULL`,
  // By the event alone. With the account first it looked as good as the primary key to a plan made for an empty table,
  // which then read all deliveries of the account for each claim.
  `CREATE INDEX deliveries_of_event ON deliveries (event_id)`,
];

const history = [
  // A webhook's request body is its event's payload, and is kept there alone. `detail` is what kept an attempt from an
  // answer, in words: no connection, a certificate, a silence; `response_*` is what the other side said.
  `CREATE TABLE attempts (
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
    detail text,
    PRIMARY KEY (account_id, delivery_id, attempt_id),
    CONSTRAINT response_is_whole CHECK (
      (response_status IS NULL) = (response_headers IS NULL) AND (response_status IS NULL) = (response_body IS NULL)
    )
  )`,
  // Rows are changed often and never by an indexed column: room in each page lets them stay where they are.
  `CREATE TABLE delivery_statistics (
    account_id bigint NOT NULL,
    hour timestamptz NOT NULL,
    channel text NOT NULL,
    event_type text NOT NULL,
    status text NOT NULL,
    duration_ms integer NOT NULL,
    worker uuid NOT NULL,
    deliveries integer NOT NULL,
    PRIMARY KEY (account_id, hour, channel, event_type, status, duration_ms, worker)
  ) WITH (fillfactor = 50)`,
  // Account 0 stands for the platform as a whole; entries outlive what they tell of. A page of them is bounded by bytes,
  // which must be known without reading them: `size`.
  `CREATE TABLE audit_log (
    account_id bigint NOT NULL,
    entry_id uuid NOT NULL,
    at timestamptz NOT NULL,
    actor_kind text NOT NULL,
    actor_id text NOT NULL,
    action text NOT NULL,
    changes json NOT NULL,
    size integer NOT NULL GENERATED ALWAYS AS (octet_length(changes::text)) STORED,
    PRIMARY KEY (account_id, entry_id)
  )`,
];

/** Secrets are kept as hashes, and found by them. */
const access = [
  `CREATE TABLE api_keys (
    key_id uuid PRIMARY KEY,
    account_id bigint REFERENCES accounts ON DELETE CASCADE,
    name text NOT NULL,
    key_hash bytea NOT NULL UNIQUE,
    scopes text[] NOT NULL,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz,
    revoked_at timestamptz
  )`,
  `CREATE INDEX api_keys_in_use ON api_keys (key_id) WHERE revoked_at IS NULL`,
  `CREATE INDEX api_keys_in_use_of_account ON api_keys (account_id, key_id) WHERE revoked_at IS NULL`,
  // For an account's removal, which takes its keys with it.
  `CREATE INDEX api_keys_of_account ON api_keys (account_id)`,
  `CREATE INDEX api_keys_revoked ON api_keys (revoked_at) WHERE revoked_at IS NOT NULL`,
  // A portal link holds what its maker holds, and ends with its maker's key; so does the session that it opens.
  `CREATE TABLE portal_links (
    account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    link_hash bytea NOT NULL UNIQUE,
    expires_at timestamptz NOT NULL,
    scopes text[] NOT NULL,
    key_id uuid,
    goes_to text,
    PRIMARY KEY (account_id, link_hash)
  )`,
  `CREATE INDEX portal_links_of_key ON portal_links (key_id) WHERE key_id IS NOT NULL`,
  `CREATE TABLE portal_sessions (
    account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    session_id uuid NOT NULL UNIQUE,
    session_hash bytea NOT NULL UNIQUE,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    scopes text[] NOT NULL,
    key_id uuid,
    PRIMARY KEY (account_id, session_id)
  )`,
  `CREATE INDEX portal_sessions_of_key ON portal_sessions (key_id) WHERE key_id IS NOT NULL`,
];

const erasures = [
  // A whole account, or one person's address in an account (`email`). A row stays until nothing is left; whoever works on
  // it says so by `held_until`, and after that anybody may take it up. It outlives its account.
  `CREATE TABLE erasures (
    erasure_id uuid PRIMARY KEY,
    account_id bigint NOT NULL,
    email text,
    held_until timestamptz NOT NULL
  )`,
  `CREATE UNIQUE INDEX erasures_of_accounts ON erasures (account_id) WHERE email IS NULL`,
];
