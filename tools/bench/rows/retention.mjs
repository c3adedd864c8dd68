/**
 * The retention at ten million deliveries: a fifth of them is too old and is deleted while events are published at 50/s.
 * What that does to publish-to-arrival, how long it takes, and what the tables and indexes are like afterwards.
 */
import { flood, steady, warmUp } from '../measure.mjs';
import { accounts, startBelfry } from '../systems/belfry.mjs';
import { insertHistory } from '../systems/belfry-history.mjs';
import { publishedBody, webhookBody } from '../payload.mjs';
import { durabilityOf } from './belfry.mjs';

/** The history goes from 26 days ago to yesterday, so that this leaves four fifths of it. */
const keptDays = 21;
const secondsOfALook = 10;
const giveUpMs = 40 * 60_000;
const tables = ['events', 'deliveries', 'attempts'];

export const retentionRow = {
  title: 'Belfry, PostgreSQL, retention',
  durable: durabilityOf.postgres,
  once: true,
  round: async (bench) => {
    const database = await bench.newPostgresDatabase();
    const start = (retentionDays) =>
      startBelfry({
        folder: bench.folder,
        database,
        smtpUrl: bench.silentMailServer.first.url,
        mailsWait: true,
        retentionDays,
      });

    const before = await start(30);
    await before.makeAccounts(accounts, bench.webhookUrl);
    const payload = webhookBody(JSON.parse(publishedBody(1, 1)));
    await insertHistory(before.client, bench.counts.retentionDeliveries, payload);
    await warmUp(bench, before, bench.counts.warmUpEvents);
    const alone = await steady(bench, before, { perSecond: 50, seconds: secondsOfALook });
    const fullAlone = await flood(bench, before, { events: bench.counts.events });
    const sizesBefore = await sizes(before.client);
    await before.stop();

    const system = await start(keptDays);
    // Fixed: as time goes on, more grows old, which a later round of the retention deletes.
    const {
      rows: [{ oldest }],
    } = await system.client.query(`SELECT to_json(now() - interval '${keptDays} days') #>> '{}' AS oldest`);
    const old = await countOld(system.client, oldest);
    await warmUp(bench, system, bench.counts.warmUpEvents);
    const all = await accountsWithOld(system.client, oldest);
    await until(async () => (await accountsWithOld(system.client, oldest)) < all);
    const startedAt = bench.now();
    const looks = [];
    let left = all;
    while (left > 0) {
      looks.push(await steady(bench, system, { perSecond: 50, seconds: secondsOfALook }));
      left = await accountsWithOld(system.client, oldest);
      if (bench.now() - startedAt > giveUpMs) throw new Error(`${left} accounts still have old events`);
    }
    const seconds = (bench.now() - startedAt) / 1000;
    const fullAfter = await flood(bench, system, { events: bench.counts.events });
    const { rows: vacuums } = await system.client.query(
      `SELECT relname, n_dead_tup::integer AS dead, autovacuum_count::integer AS vacuums FROM pg_stat_user_tables
       WHERE relname = ANY ($1) ORDER BY relname`,
      [tables],
    );
    if ((await countOrphans(system.client)) > 0)
      throw new Error('deliveries are left of events that are gone');
    const vacuumedAt = bench.now();
    await system.client.query(`VACUUM ${tables.join(', ')}`);
    const vacuumSeconds = (bench.now() - vacuumedAt) / 1000;
    const sizesAfter = await sizes(system.client);
    await system.stop();
    await database.drop();
    const worst = looks.reduce((one, other) => (other.p99 > one.p99 ? other : one));
    return {
      facts: [
        ['events deleted, with their deliveries', `${old} in ${seconds.toFixed(0)} s`],
        ['p50 / p99 at 50/s before, ms', `${alone.p50.toFixed(1)} / ${alone.p99.toFixed(1)}`],
        ['  meanwhile, the worst ten seconds', `${worst.p50.toFixed(1)} / ${worst.p99.toFixed(1)}`],
        [
          'deliveries/s before and after',
          `${Math.round(fullAlone.deliveriesPerSecond)} and ${Math.round(fullAfter.deliveriesPerSecond)}`,
        ],
        ...vacuums.map(({ relname, dead, vacuums: count }) => [
          `${relname}: dead rows, autovacuums meanwhile`,
          `${dead}, ${count}`,
        ]),
        ['VACUUM of all three then, s', vacuumSeconds.toFixed(1)],
        ...Object.keys(sizesBefore).map((name) => [
          `${name}: MiB before and after`,
          `${sizesBefore[name]} and ${sizesAfter[name]}`,
        ]),
      ],
    };
  },
};

async function countOld(client, oldest) {
  const { rows } = await client.query(
    `SELECT count(*)::integer AS count FROM events WHERE accepted_at < $1::timestamptz`,
    [oldest],
  );
  return rows[0].count;
}

/** How many accounts have events that are too old: one look in the primary key for each, which disturbs nothing. */
async function accountsWithOld(client, oldest) {
  const { rows } = await client.query(
    `SELECT count(*)::integer AS count FROM accounts WHERE EXISTS (
       SELECT FROM events WHERE events.account_id = accounts.account_id
         AND event_id < rpad(lpad(to_hex((extract(epoch FROM $1::timestamptz) * 1000)::bigint), 12, '0'), 32, '0')::uuid)`,
    [oldest],
  );
  return rows[0].count;
}

/** Deliveries whose event is gone, among the oldest of a thousand accounts. */
async function countOrphans(client) {
  const { rows } = await client.query(
    `SELECT count(*)::integer AS count FROM accounts CROSS JOIN LATERAL (
       SELECT event_id FROM deliveries WHERE deliveries.account_id = accounts.account_id
       ORDER BY delivery_id LIMIT 10) AS oldest
     WHERE NOT EXISTS (SELECT FROM events WHERE (events.account_id, events.event_id) = (accounts.account_id, oldest.event_id))`,
  );
  return rows[0].count;
}

async function until(isSo) {
  const end = Date.now() + 120_000;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error('the retention did not begin within two minutes');
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

/** MiB of each table and of each of its indexes. */
async function sizes(client) {
  const { rows } = await client.query(
    `SELECT relname, (pg_relation_size(oid) / 1048576)::integer AS mib FROM pg_class
     WHERE relname = ANY ($1) OR oid IN
       (SELECT indexrelid FROM pg_index WHERE indrelid IN (SELECT oid FROM pg_class WHERE relname = ANY ($1)))
     ORDER BY relkind DESC, relname`,
    [tables],
  );
  return Object.fromEntries(rows.map(({ relname, mib }) => [relname, mib]));
}
