/** Lists in pages, as REST has them: `--limit`, `--cursor`, and `--all` that follows the cursors to the end. */
import { WrongUse } from '../failure.js';
import type { ListPage } from '@belfry/application';
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

/** Where a list comes from: up to `limit` items, from the first after (or, newest first, before) the one with this id. */
export type ListSource<Item> = (limit: number, past: string | undefined) => Promise<ListPage<Item>>;

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
    throw new WrongUse('--cursor must be a cursor that this list returned');
  return past;
}

/**
 * The page that the options ask for, or everything, from the first item after the one with the id `past`. Parts that are
 * short although the list goes on, for nothing in them matched, are put together.
 */
export async function readPage<Item>(
  { page }: ReadyWorkplace['composition'],
  { limit = usualPage, all = false }: PageOptions,
  past: string | undefined,
  read: ListSource<Item>,
): Promise<{ readonly items: readonly Item[]; readonly next_cursor: string | null }> {
  const items: Item[] = [];
  for (;;) {
    const found = await read(all ? longestPage : limit - items.length, past);
    items.push(...found.items);
    if (found.next === null || (!all && items.length === limit)) return page({ items, next: found.next });
    past = found.next;
  }
}
