/** A PgBouncer that runs. */
export interface Pgbouncer {
  readonly url: string;
  stop(): Promise<void>;
}

export function findPgbouncer(): string | null;

export function startPgbouncer(
  databaseUrl: string,
  mode: 'session' | 'transaction' | 'statement',
  options?: { poolSize?: number; settings?: readonly string[] },
): Promise<Pgbouncer>;
