/** The surroundings of a run: a folder, the publisher, the endpoint and the mail servers, databases, Redis. */
import { PostgresServer } from '@belfry/kit/postgres-server';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endAll, startPart } from './child-processes.mjs';
import { connect } from './database-client.mjs';
import { now } from './payload.mjs';
import { findRedis, startRedis } from './redis.mjs';
import { startBelfry } from './systems/belfry.mjs';

/** Starts what every row needs. `close` ends every process and removes the folder. */
export async function openBench(options) {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  const closing = [];
  const closeAll = async () => {
    await endAll();
    for (const undo of closing.toReversed()) await undo();
    await rm(folder, { recursive: true, force: true });
  };
  let closed;
  const close = () => (closed ??= closeAll());
  const bench = { options, counts: options.counts, folder, now, close };
  try {
    const [endpoint, publisher, mailSink, silentMailServer] = await Promise.all([
      startPart('parts/endpoint.mjs'),
      startPart('parts/publisher.mjs'),
      startPart('parts/mail-sink.mjs'),
      startPart('parts/mail-sink.mjs', ['silent']),
    ]);
    Object.assign(bench, { endpoint, publisher, mailSink, silentMailServer });
    bench.webhookUrl = `${endpoint.first.url}/in`;
    bench.hangingUrl = `${endpoint.first.url}/hang`;
    await openDatabases(bench, closing);
    return bench;
  } catch (error) {
    await close();
    throw error;
  }
}

async function openDatabases(bench, closing) {
  const postgresFolder = await mkdtemp(join(tmpdir(), 'bench-postgres-'));
  closing.push(() => rm(postgresFolder, { recursive: true, force: true }));
  // Stock settings but for the number of connections: fsync and synchronous_commit are on, as PostgreSQL comes.
  const postgres = await new PostgresServer(postgresFolder, ['max_connections=200']).start();
  closing.push(() => postgres.stop());
  const admin = await connect({ connectionString: postgres.url });
  closing.push(() => admin.end());

  let made = 0;
  bench.newPostgresDatabase = async () => {
    const name = `bench_${(made += 1)}`;
    await admin.query(`CREATE DATABASE ${name}`);
    const url = new URL(postgres.url);
    url.pathname = `/${name}`;
    const drop = () => admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
    return { url: url.href, serverPid: postgres.pid, drop };
  };
  bench.newEmbeddedDatabase = async () => {
    const folder = join(bench.folder, `e${(made += 1)}`);
    bench.embeddedTemplate ??= await makeEmbeddedTemplate(bench);
    await cp(bench.embeddedTemplate, folder, { recursive: true });
    return { folder, drop: () => rm(folder, { recursive: true, force: true }) };
  };
  const program = findRedis();
  bench.hasRedis = program !== null;
  let redis;
  bench.redis = async () => (redis ??= await startRedis(program, bench.folder));
}

/** A new embedded database takes seconds to make: one is made, with all tables, and copied. */
async function makeEmbeddedTemplate(bench) {
  const folder = join(bench.folder, 'e0');
  await mkdir(folder);
  const belfry = await startBelfry({
    folder: bench.folder,
    database: { folder },
    smtpUrl: bench.mailSink.first.url,
  });
  await belfry.stop();
  for (const left of ['lock', '.s.PGSQL.5432']) await rm(join(folder, 'database', left), { force: true });
  return folder;
}
