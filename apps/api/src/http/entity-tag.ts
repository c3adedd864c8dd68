/** Entity tags, RFC 9110 section 8.8.3: the version of what is stored. */
import type { VersionCondition } from '@belfry/application';

/** The strong entity tag of a version of something of an account: that of another account never has the same. */
export function entityTag(accountId: number, version: number): string {
  return `"${accountId}-${version}"`;
}

/**
 * The condition that an `If-Match` header sets: one of its tags is the version's, or it is `*`. Weak tags never match,
 * as section 13.1.1 says. Without the header there is no condition.
 */
export function ifMatch(accountId: number, header: string | undefined): VersionCondition | undefined {
  if (header === undefined) return undefined;
  const tags = header.split(',').map((tag) => tag.trim());
  return (version) => tags.includes('*') || tags.includes(entityTag(accountId, version));
}
