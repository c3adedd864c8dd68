// eslint-disable-next-line @typescript-eslint/triple-slash-reference -- projects that read this source find the types by it
/// <reference path="./fs-native-extensions.d.ts" />
import { tryLock } from 'fs-native-extensions';
import { open } from 'node:fs/promises';

/** A lock that is held until it is released or its process ends, however it ends. */
export interface FolderLock {
  release(): Promise<void>;
}

/**
 * Takes the kernel's lock on a file, which is made where it is missing; answers null where it is held, be it by another
 * process or by this one. Two PGlite on one folder lose rows without a word, so this comes before the folder is opened.
 */
export async function lockFolder(file: string): Promise<FolderLock | null> {
  const handle = await open(file, 'a', 0o600);
  let locked = false;
  try {
    locked = tryLock(handle.fd);
  } finally {
    if (!locked) await handle.close();
  }
  return locked ? { release: () => handle.close() } : null;
}
