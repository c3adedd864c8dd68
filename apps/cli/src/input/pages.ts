/** Lists in pages, as REST has them: `--limit`, `--cursor`, and `--all` that follows the cursors to the end. */
import { WrongUse } from '../failure.js';
import type { ReadyWorkplace } from '../workplace/workplace.js';

/** How many items a page holds at most. */
export const longestPage = 200;
const usualPage = 50;

/** Which page is asked for. */
export interface PageOptions {
  readonly limit?: number;
  readonly cursor?: string;
  readonly all?: boolean;
}

/** Where a list comes from. */
export interface ListSource<Item> {
  /** Up to `limit` items, from the first after (or, newest first, before) the item with this id. */
  readonly fetch: (limit: number, past: string | undefined) => Promise<readonly Item[]>;
  readonly idOf: (item: Item) => string;
}

/**
 * The id of the item that the page comes after; undefined at the start. Throws `WrongUse` where the cursor is none.
 */
export function idBeforePage(
  { idInCursor }: ReadyWorkplace['composition'],
  { cursor }: PageOptions,
  isId: (text: string) => boolean,
): string | undefined {
  const past = cursor === undefined ? undefined : idInCursor(cursor);
  if (past !== undefined && !isId(past))
    throw new WrongUse('--cursor must be a cursor that this list answered');
  return past;
}

/** The page that the options ask for, or everything, from the first item after the one with the id `past`. */
export async function readPage<Item>(
  { page, idInCursor }: ReadyWorkplace['composition'],
  { limit = usualPage, all = false }: PageOptions,
  past: string | undefined,
  { fetch, idOf }: ListSource<Item>,
): Promise<{ readonly items: readonly Item[]; readonly next_cursor: string | null }> {
  const size = all ? longestPage : limit;
  const items: Item[] = [];
  for (;;) {
    const found = page(await fetch(size + 1, past), size, idOf);
    items.push(...found.items);
    if (!all || found.next_cursor === null) return { items, next_cursor: found.next_cursor };
    past = idInCursor(found.next_cursor);
  }
}
