/** Old deliveries, put into Belfry's tables by SQL: half of them webhooks and half mails, spread over 25 days. */

/** Events of one statement: two deliveries and two attempts each. The embedded database holds a statement in memory. */
const eventsAtOnce = 10_000;
/** How many accounts the history is spread over; the ones that are measured are among them. */
const historyAccounts = 1_000;

/** Old ids sort before new ones, as UUIDv7 do: the time is in front, the rest is made of the number. */
const idOf = (kind) => `(lpad(to_hex((extract(epoch FROM accepted_at) * 1000)::bigint), 12, '0') || '7' ||
  substr(md5('${kind}' || number), 1, 3) || '8' || substr(md5('${kind}' || number), 4, 15))::uuid`;

const old = `(
  SELECT number, 1 + number % ${historyAccounts} AS account_id,
    $4::timestamptz - interval '26 days' + number::double precision / $3 * interval '25 days' AS accepted_at
  FROM generate_series($1::integer, $2::integer) AS number) AS old`;

const storeEvents = `
  INSERT INTO events (account_id, event_id, event_type, environment, payload, accepted_at)
  SELECT account_id, ${idOf('event')}, 'run_failed', 'production', $5::json, accepted_at FROM ${old}`;

const storeDeliveries = (channel) => `
  INSERT INTO deliveries (account_id, delivery_id, event_id, event_type, channel, destination, recipient_role,
    recipient_domain, status, attempts, next_attempt_at, created_at, started_at, finished_at)
  SELECT account_id, ${idOf(channel)}, ${idOf('event')}, 'run_failed', '${channel}',
    ${
      channel === 'webhook'
        ? `'https://hooks.example.com/in', NULL, NULL`
        : `'pat@acme.example.com', 'primary_contact', 'acme.example.com'`
    },
    'succeeded', 1, accepted_at, accepted_at, accepted_at, accepted_at + interval '20 milliseconds' FROM ${old}`;

const storeAttempts = (channel) => `
  INSERT INTO attempts (account_id, delivery_id, attempt_id, started_at, duration_ms, outcome, request_headers,
    response_status, response_headers, response_body)
  SELECT account_id, ${idOf(channel)}, ${idOf(`attempt of ${channel}`)}, accepted_at, 20, 'succeeded',
    '{"Content-Type": "application/json"}', ${channel === 'webhook' ? 204 : 250}, '{}', '' FROM ${old}`;

/** Puts so many old deliveries in, with their events and attempts, and brings the statistics of the tables up to date. */
export async function insertHistory(client, deliveries, payload) {
  const events = deliveries / 2;
  // One time for all statements: ids are made of times, and deliveries name their events.
  const now = new Date().toISOString();
  // What refers to what is right by construction: the checks of three million references are left out.
  await client.query('SET session_replication_role = replica');
  await client.query(
    `INSERT INTO accounts (account_id, account_name, contact_email, created_at, updated_at)
     SELECT number, 'Acme Inc', 'pat@acme.example.com', now(), now()
     FROM generate_series(1, ${historyAccounts}) AS number ON CONFLICT DO NOTHING`,
  );
  for (let first = 0; first < events; first += eventsAtOnce) {
    const range = [first, Math.min(first + eventsAtOnce, events) - 1, events, now];
    await client.query(storeEvents, [...range, payload]);
    for (const channel of ['webhook', 'email']) {
      await client.query(storeDeliveries(channel), range);
      await client.query(storeAttempts(channel), range);
    }
  }
  await client.query('SET session_replication_role = origin');
  for (const table of ['accounts', 'events', 'deliveries', 'attempts'])
    await client.query(`VACUUM (ANALYZE) ${table}`);
  await client.query('CHECKPOINT');
}
