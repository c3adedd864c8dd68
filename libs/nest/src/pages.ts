/** Lists come in pages; a cursor leads to what stands after a page. REST and the command line share it. */
import type { ListPage } from '@belfry/application';

/** The cursor that leads past the item with this id; opaque to whoever is given it. */
export function cursorPast(id: string): string {
  return Buffer.from(id).toString('base64url');
}

/** The id that a cursor leads past. What is no cursor gives a text that is no id: the caller checks. */
export function idInCursor(cursor: string): string {
  return Buffer.from(cursor, 'base64url').toString();
}

/** A page as it is answered: its items, and the cursor to what follows. */
export function page<Item>({ items, next }: ListPage<Item>): {
  items: readonly Item[];
  next_cursor: string | null;
} {
  return { items, next_cursor: next === null ? null : cursorPast(next) };
}
