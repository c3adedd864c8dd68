import pg from 'pg';

/** A connection of the benchmark's own, to set up and to ask how far a system is. Belfry's tables are in its schema. */
export async function connect(settings) {
  const client = new pg.Client({ ...settings, options: '-c search_path=belfry,public' });
  // On Ctrl-C the server may be gone first. Nothing is hidden by this: a query on a broken connection throws.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
