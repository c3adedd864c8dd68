/** Belfry with webhooks alone: each event's mail is stored too, and waits, as the mail server says nothing. */
import { flood, publishOnly, steady, warmUp } from '../measure.mjs';
import { accounts, hangingAccount, startBelfry } from '../systems/belfry.mjs';

export const durabilityOf = {
  embedded: 'PGlite: handed to the operating system at each commit (survives a kill, not a power cut)',
  postgres: 'PostgreSQL, fsync at each commit',
};

/** Starts Belfry on a new database, with its accounts; `stop` drops the database too. */
export async function startOnNewDatabase(bench, { kind, roles, mailsWait, nodeOptions }) {
  const database = await (kind === 'embedded' ? bench.newEmbeddedDatabase() : bench.newPostgresDatabase());
  const mailServer = mailsWait ? bench.silentMailServer : bench.mailSink;
  const system = await startBelfry({
    folder: bench.folder,
    database,
    roles,
    smtpUrl: mailServer.first.url,
    mailsWait,
    nodeOptions,
  });
  await system.makeAccounts(accounts, bench.webhookUrl);
  const { stop } = system;
  system.stop = async (how) => {
    await stop(how);
    await database.drop();
  };
  return system;
}

async function round(bench, kind, roles) {
  const { counts } = bench;
  const system = await startOnNewDatabase(bench, { kind, roles, mailsWait: true });
  await warmUp(bench, system, counts.warmUpEvents);
  const full = await flood(bench, system, { events: counts.events });
  const at50 = await steady(bench, system, { perSecond: 50, seconds: counts.steadySeconds });
  const atHalf = await steady(bench, system, {
    perSecond: full.deliveriesPerSecond / 2,
    seconds: counts.halfRateSeconds,
  });
  const single = await flood(bench, system, { events: counts.events / 2, accounts: [accounts[0]] });
  const beside = roles.length === 1 ? await besideHanging(bench, system) : undefined;
  const memory = system.peakMemoryMiB();
  await checkAllSucceeded(bench, system);
  await system.stop();
  return { ...full, at50, atHalf, single, beside, memoryMiB: memory };
}

/** The same system, before and after one account has 500 deliveries for an endpoint that never answers. */
async function besideHanging(bench, system) {
  const { counts } = bench;
  const measure = async () => ({
    full: await flood(bench, system, { events: counts.events / 2 }),
    at50: await steady(bench, system, { perSecond: 50, seconds: counts.besideSeconds }),
  });
  const alone = await measure();
  await system.makeAccounts([hangingAccount], bench.hangingUrl);
  await publishOnly(bench, system, { events: counts.stuck, accounts: [hangingAccount] });
  const beside = await measure();
  return {
    rateAlone: alone.full.deliveriesPerSecond,
    rateBeside: beside.full.deliveriesPerSecond,
    alone: alone.at50,
    beside: beside.at50,
  };
}

/** Every webhook that arrived must be stored as succeeded: those of all measurements of this round. */
async function checkAllSucceeded(bench, system) {
  const stored = await system.countSucceeded('webhook');
  const { rows } = await system.client.query(
    `SELECT count(*)::integer AS count FROM deliveries WHERE channel = 'webhook' AND account_id <> ${hangingAccount}`,
  );
  if (stored !== rows[0].count)
    throw new Error(`${stored} of ${rows[0].count} webhooks are stored as succeeded`);
}

export const belfryRows = {
  embedded: {
    title: 'Belfry, embedded database',
    durable: durabilityOf.embedded,
    round: (bench) => round(bench, 'embedded', ['all']),
  },
  postgres: {
    title: 'Belfry, PostgreSQL',
    durable: durabilityOf.postgres,
    round: (bench) => round(bench, 'postgres', ['all']),
  },
  split: {
    title: 'Belfry, PostgreSQL, one API and two workers',
    durable: durabilityOf.postgres,
    round: (bench) => round(bench, 'postgres', ['api', 'worker', 'worker']),
  },
};
