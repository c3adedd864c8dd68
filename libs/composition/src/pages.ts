/** Lists come in pages; a cursor leads to what stands after the last item of a page. REST and the command line share it. */

/** The cursor that leads past the item with this id; opaque to whoever is given it. */
export function cursorPast(id: string): string {
  return Buffer.from(id).toString('base64url');
}

/** The id that a cursor leads past. What is no cursor gives a text that is no id: the caller checks. */
export function idInCursor(cursor: string): string {
  return Buffer.from(cursor, 'base64url').toString();
}

/** One page of a list: `limit` items, and the cursor to the next ones. `items` holds one more where there are more. */
export function page<Item>(
  items: readonly Item[],
  limit: number,
  idOf: (item: Item) => string,
): { items: readonly Item[]; next_cursor: string | null } {
  if (items.length <= limit) return { items, next_cursor: null };
  const shown = items.slice(0, limit);
  return { items: shown, next_cursor: cursorPast(idOf(shown[limit - 1]!)) };
}
