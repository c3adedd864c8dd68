/**
 * Thrown by stores where the database can't be reached: the caller may try again later. What was asked for was not done
 * or, where the connection broke at the very end, may have been: then `outcomeIsKnown` is false.
 */
export class StorageUnavailable extends Error {
  constructor(
    cause: unknown,
    readonly outcomeIsKnown = true,
  ) {
    super('the database can not be reached', { cause });
    this.name = 'StorageUnavailable';
  }
}
