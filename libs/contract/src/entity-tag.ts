/** Entity tags, RFC 9110 section 8.8.3: the version of what is stored. */

/** The strong entity tag of a version of something of an account: that of another account never has the same. */
export function entityTag(accountId: number, version: number): string {
  return `"${accountId}-${version}"`;
}

/** The version that such a tag is of; NaN for anything else. */
export function versionIn(tag: string | undefined): number {
  return Number(/^"\d+-(\d+)"$/.exec(tag ?? '')?.[1] ?? NaN);
}
