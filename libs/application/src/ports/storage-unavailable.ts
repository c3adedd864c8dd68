/** Thrown by stores where the database can't be reached: the caller may try again later; what was asked for was not done. */
export class StorageUnavailable extends Error {
  constructor(cause: unknown) {
    super('the database can not be reached', { cause });
    this.name = 'StorageUnavailable';
  }
}
