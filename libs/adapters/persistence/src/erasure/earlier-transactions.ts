import type { Run } from '../database/statement.js';

/**
 * Knows when those are over who began before something was taken away, and may still store what they planned by it. Whoever
 * has read a table holds a lock on it until their transaction ends, of the weakest kind, which hinders nobody: who holds
 * one right after the change may have seen what was before it; who comes later has not. The embedded database has one
 * session, in which no two transactions overlap.
 */
export class EarlierTransactions {
  private waitedFor: string[] | null = null;

  /** The tables that events, redeliveries and settings are planned by. */
  private readonly tables = ['accounts', 'notification_settings'];

  /** True where all of them have ended. To be called after the change was committed. */
  async areOver(run: Run): Promise<boolean> {
    const holders = (
      await run<{ holder: string }>(
        `SELECT DISTINCT virtualtransaction AS holder FROM pg_locks
         WHERE locktype = 'relation' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
           AND relation = ANY ($1::text[]::regclass[]::oid[]) AND pid <> pg_backend_pid()`,
        [this.tables],
      )
    ).map(({ holder }) => holder);
    this.waitedFor =
      this.waitedFor === null ? holders : this.waitedFor.filter((one) => holders.includes(one));
    return this.waitedFor.length === 0;
  }
}
