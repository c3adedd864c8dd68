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
  const oldest = newest.deliveries.at(-1);
  // All there is was read: nothing older is left in the pages.
  if (oldest === undefined || newest.next_cursor === null) return [newest];
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

/** How many rows of `after` stand before the first row of `before`; 0 where that one is not there. */
export function addedOnTop(before: readonly Delivery[], after: readonly Delivery[]): number {
  const first = before[0];
  if (first === undefined) return 0;
  return Math.max(
    after.findIndex(({ delivery_id }) => delivery_id === first.delivery_id),
    0,
  );
}
