import { StorageUnavailable } from './storage-unavailable.js';

/** Thrown by stores where the database took longer for a read than any may take. The caller may ask for less, or later. */
export class ReadTooSlow extends StorageUnavailable {
  constructor(cause: unknown, limitMs: number) {
    super(cause);
    this.name = 'ReadTooSlow';
    this.message = `the database took longer than ${limitMs / 1000} s for a read`;
  }
}
