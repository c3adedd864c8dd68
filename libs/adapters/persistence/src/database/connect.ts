import { StorageUnavailable } from '@belfry/application';
import type pg from 'pg';
import type { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { sqlStateOf, storageFailure } from './storage-failure.js';

/** Told of an idle connection that broke; the pool replaces it. */
export type ConnectionLost = (error: Error) => void;

/** Connects a data source and prepares its database. Where either fails, it is closed, and the failure described. */
export async function connectAnd(
  prepare: (dataSource: DataSource) => Promise<void>,
  dataSource: DataSource,
): Promise<DataSource> {
  try {
    await dataSource.initialize();
    listenToConnections(dataSource);
    await prepare(dataSource);
    return dataSource;
  } catch (error) {
    if (dataSource.isInitialized) await dataSource.destroy();
    throw describeFailure(storageFailure(error));
  }
}

/**
 * Whoever uses a connection that breaks hears of it by their statement, and the pool of idle ones. Between the two, for a
 * moment, nobody listens, and Node ends a process for an error event that nobody listens to.
 */
function listenToConnections(dataSource: DataSource): void {
  const pool = (dataSource.driver as PostgresDriver).master as pg.Pool;
  const known = new WeakSet<pg.PoolClient>();
  pool.on('acquire', (client) => {
    if (known.has(client)) return;
    known.add(client);
    client.on('error', () => undefined);
  });
}

/** The failure with the driver's words for it, which name the fault and never the URL; and what to look at. */
export function describeFailure(failure: unknown, url?: string): unknown {
  if (!(failure instanceof StorageUnavailable)) return failure;
  const { message, code } = failure.cause as NodeJS.ErrnoException;
  // Where every address of a name was tried in vain, Node's error has a code and no message.
  const reason = message === '' ? code : message;
  if (failure.fault === 'unreachable')
    failure.message = /^28/.test(sqlStateOf(failure) ?? '')
      ? `the database refused the login: ${reason}. Check the user and the password in DATABASE_URL`
      : `${failure.message}: ${reason}`;
  const sslmode = url === undefined ? null : new URL(url).searchParams.get('sslmode');
  if (sslmode !== null && sslmode !== 'disable')
    failure.message += ` (sslmode=${sslmode.replace(/[^a-z-]/g, '')} in DATABASE_URL: the connection must use TLS${sslmode === 'no-verify' ? '' : ', with a certificate that is valid for the name'})`;
  return failure;
}
