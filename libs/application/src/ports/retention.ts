/** Removes what is kept long enough. */
export abstract class Retention {
  /**
   * Deletes up to `limit` events accepted before `before`, with their deliveries and attempts; an event with a delivery
   * under way is kept until that has ended. Begins with the first account after `after`; answers how many were deleted
   * and where the next call is to begin (null: all accounts were seen).
   */
  abstract deleteEvents(
    before: Date,
    limit: number,
    after: number,
  ): Promise<{ readonly deleted: number; readonly next: number | null }>;

  /**
   * Deletes up to `limit` entries of the audit log that are older than `before`, of the accounts after `after` (-1: of all,
   * and of the platform); answers as `deleteEvents` does.
   */
  abstract deleteAuditEntries(
    before: Date,
    limit: number,
    after: number,
  ): Promise<{ readonly deleted: number; readonly next: number | null }>;

  /** Deletes up to `limit` keys that were revoked before `before`; answers how many there were. */
  abstract deleteRevokedKeys(before: Date, limit: number): Promise<number>;

  /** Deletes idempotency keys, portal links and sessions that no longer count, and statistics of hours before `before`. */
  abstract deleteLeftovers(before: Date): Promise<void>;
}
