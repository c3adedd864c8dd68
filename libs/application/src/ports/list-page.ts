/**
 * Part of a list. It may hold fewer items than were asked for, even none, and the list still goes on: a look ends after
 * so many rows or bytes, whatever it has found by then.
 */
export interface ListPage<Item> {
  readonly items: readonly Item[];
  /** The id that the next part comes after; null where the list is at its end. */
  readonly next: string | null;
}

/** The page of items of which one more than `limit` was asked for, as far as there were so many. */
export function pageOf<Item>(
  items: readonly Item[],
  limit: number,
  idOf: (item: Item) => string,
): ListPage<Item> {
  if (items.length <= limit) return { items, next: null };
  const shown = items.slice(0, limit);
  return { items: shown, next: idOf(shown[limit - 1]!) };
}
