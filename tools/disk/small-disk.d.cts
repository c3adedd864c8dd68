/** A disk in memory that is soon full, and can be made larger. */
export interface SmallDisk {
  readonly folder: string;
  /** How many MiB are free. */
  free(): number;
  /** Leaves so many MiB free, until `makeRoom`. */
  fill(left: number): Promise<void>;
  makeRoom(): Promise<void>;
  grow(mebibytes: number): Promise<void>;
  /** Removes it where nothing can be waited for. */
  abandon(): void;
  remove(): Promise<void>;
}

/**
 * Mounts a disk of so many MiB, which belongs to the owner of `as` where that is given. Null, with a word on it, where
 * this process may not mount: that takes root.
 */
export function smallDisk(mebibytes: number, as?: string): Promise<SmallDisk | null>;
