/** Why the database does not serve. */
export type StorageFault =
  /** No connection to it can be made, or the connection broke. */
  | 'unreachable'
  /** It answers, and refuses for a reason that passes: read-only, its disk full, out of memory, a lock not freed in time. */
  | 'refusing';

/**
 * Thrown by stores where the database does not serve for now and the row is not at fault: the caller may try again later.
 * What was asked for was not done or, where the connection broke at the very end, may have been: then `outcomeIsKnown` is
 * false.
 */
export class StorageUnavailable extends Error {
  readonly fault: StorageFault;
  readonly outcomeIsKnown: boolean;

  constructor(
    cause: unknown,
    { fault = 'unreachable', outcomeIsKnown = true }: { fault?: StorageFault; outcomeIsKnown?: boolean } = {},
  ) {
    super(
      fault === 'unreachable'
        ? "the database can't be reached"
        : `the database is not available right now: ${(cause as Error).message}`,
      { cause },
    );
    this.name = 'StorageUnavailable';
    this.fault = fault;
    this.outcomeIsKnown = outcomeIsKnown;
  }
}
