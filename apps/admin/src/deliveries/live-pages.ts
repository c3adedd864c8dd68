/**
 * A list that grows at both ends: older pages are added while one scrolls, and new deliveries at the top. The newest
 * deliveries are fetched again and again, and merged here into what is there.
 */
import type { Delivery, DeliveryList } from '@belfry/contract';

/**
 * Merges the newest deliveries, just read, into pages that were read before: new ones come first, known ones are updated,
 * and those that no longer match are removed. Returns null if there is a gap between the two, as after a long pause: then
 * the pages must be read again.
 */
export function withNewest(
  pages: readonly DeliveryList[],
  newest: DeliveryList,
): readonly DeliveryList[] | null {
  // That was everything there is: nothing older is left in the pages.
  if (newest.next_cursor === null) return [newest];
  const oldest = newest.deliveries.at(-1);
  // None of the newest match. What does match is further back, where it was found before.
  if (oldest === undefined) return pages;
  const known = new Set(pages.flatMap((page) => page.deliveries.map((delivery) => delivery.delivery_id)));
  if (!newest.deliveries.some((delivery) => known.has(delivery.delivery_id))) return null;
  // The list is ordered by id. As far back as was just read, only that counts.
  const older = pages.map((page) => ({
    ...page,
    deliveries: page.deliveries.filter(({ delivery_id }) => delivery_id < oldest.delivery_id),
  }));
  const [first, ...rest] = older;
  return first === undefined
    ? [newest]
    : [{ ...first, deliveries: [...newest.deliveries, ...first.deliveries] }, ...rest];
}

/** After this many pages in a row without a match, the page waits until it is told to look further back. */
export const looksInARow = 20;

/** Whether enough was searched in vain for now: 100,000 deliveries. */
export function isRestingAfter(pages: readonly DeliveryList[]): boolean {
  const inVain = pages.length - 1 - pages.findLastIndex(({ deliveries }) => deliveries.length > 0);
  return inVain > 0 && inVain % looksInARow === 0;
}

/**
 * How many rows the view has moved down (or up, if negative) from one list to the other. `looked` is the place of the
 * first row in sight; if that row is gone, the next one that is still there counts. 0 if there is none.
 */
export function movedBy(before: readonly Delivery[], after: readonly Delivery[], looked: number): number {
  const places = new Map(after.map(({ delivery_id }, place) => [delivery_id, place]));
  for (let place = looked; place < before.length; place += 1) {
    const now = places.get(before[place]!.delivery_id);
    if (now !== undefined) return now - place;
  }
  return 0;
}
