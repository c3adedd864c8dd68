/**
 * The list that grows at both ends: pages of older deliveries as one scrolls, and at the head what happened since. The
 * newest deliveries are asked for again and again, and put into what is there by this.
 */
import type { Delivery, DeliveryPage } from '../api/wire.js';

/**
 * Puts the newest deliveries, as they were just read, into pages that were read before: new ones come first, known ones
 * are brought up to date, and those that no longer match are taken out. Answers null where there is a gap between the
 * two, as after a long pause: then the pages are to be read anew.
 */
export function withNewest(
  pages: readonly DeliveryPage[],
  newest: DeliveryPage,
): readonly DeliveryPage[] | null {
  // All there is was read: nothing older is left in the pages.
  if (newest.next_cursor === null) return [newest];
  const oldest = newest.deliveries.at(-1);
  // Nothing among the newest matches. What does is further back, where it was found before.
  if (oldest === undefined) return pages;
  const known = new Set(pages.flatMap((page) => page.deliveries.map((delivery) => delivery.delivery_id)));
  if (!newest.deliveries.some((delivery) => known.has(delivery.delivery_id))) return null;
  // The list is in the order of the ids. Within the reach of what was just read, that alone counts.
  const older = pages.map((page) => ({
    ...page,
    deliveries: page.deliveries.filter(({ delivery_id }) => delivery_id < oldest.delivery_id),
  }));
  const [first, ...rest] = older;
  return first === undefined
    ? [newest]
    : [{ ...first, deliveries: [...newest.deliveries, ...first.deliveries] }, ...rest];
}

/** After so many pages without a match in a row, the page waits to be told that it shall look further back. */
export const looksInARow = 20;

/** Whether enough was looked through in vain for now: 100,000 deliveries. */
export function isRestingAfter(pages: readonly DeliveryPage[]): boolean {
  const inVain = pages.length - 1 - pages.findLastIndex(({ deliveries }) => deliveries.length > 0);
  return inVain > 0 && inVain % looksInARow === 0;
}

/**
 * By how many rows what one is looking at has moved down (or, below 0, up) from one list to the other. `looked` is the
 * place of the first row in sight; where that row is gone, the next one that is still there counts. 0 where none is.
 */
export function movedBy(before: readonly Delivery[], after: readonly Delivery[], looked: number): number {
  const places = new Map(after.map(({ delivery_id }, place) => [delivery_id, place]));
  for (let place = looked; place < before.length; place += 1) {
    const now = places.get(before[place]!.delivery_id);
    if (now !== undefined) return now - place;
  }
  return 0;
}
