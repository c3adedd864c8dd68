/** Conditions on entity tags, RFC 9110 section 13.1.1. */
import type { VersionCondition } from '@belfry/application';
import { entityTag } from '@belfry/contract';

/**
 * The condition that an `If-Match` header sets: one of its tags is the version's, or it is `*`. Weak tags never match,
 * as section 13.1.1 says. Without the header there is no condition.
 */
export function ifMatch(accountId: number, header: string | undefined): VersionCondition | undefined {
  if (header === undefined) return undefined;
  const tags = header.split(',').map((tag) => tag.trim());
  return (version) => tags.includes('*') || tags.includes(entityTag(accountId, version));
}
