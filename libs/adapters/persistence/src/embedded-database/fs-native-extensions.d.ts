declare module 'fs-native-extensions' {
  /** Takes an exclusive lock of the kernel on an open file; false where another open file holds it. */
  export function tryLock(descriptor: number): boolean;
}
