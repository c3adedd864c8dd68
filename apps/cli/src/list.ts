/** Lists in pages, as REST has them: `--limit`, `--cursor`, and `--all`, which follows the cursors to the end. */
import { pageSizes } from '@belfry/contract';
import type { Listed, Page } from './backend/backend.js';
import { verb } from './command.js';
import { namingOptions } from './failure.js';
import { wholeNumber } from './input.js';
import { remark, show } from './output.js';
import { table, type Column } from './table.js';

interface ListOptions {
  readonly json?: true | undefined;
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
  readonly all?: true | undefined;
}

/** A command that lists, in pages. */
export function listVerb(...description: Parameters<typeof verb>) {
  return verb(...description)
    .option(
      '--limit <number>',
      `List at most this many, from 1 to ${pageSizes.most} (default: ${pageSizes.usual})`,
      wholeNumber(1, pageSizes.most),
    )
    .option('--cursor <cursor>', 'Continue after the page that returned this cursor')
    .option('--all', 'List everything, ignoring --limit');
}

/**
 * Reads the page that the options ask for, or everything, and shows it: in JSON under `name`, for people as a table, or
 * as `nothing` where it is empty.
 */
export async function showList<Item>(
  options: ListOptions,
  name: string,
  columns: readonly Column<Item>[],
  nothing: string,
  read: (page: Page) => Promise<Listed<Item>>,
): Promise<void> {
  const { items, next_cursor } = await readPage(options, read);
  show(options, { [name]: items, next_cursor }, () => table(columns, items, nothing));
  if (next_cursor !== null)
    remark(options, `There are more: add --cursor ${next_cursor} for the next page, or --all.`);
}

/** Short parts of a list are put together. */
async function readPage<Item>(
  { limit = pageSizes.usual, cursor, all }: ListOptions,
  read: (page: Page) => Promise<Listed<Item>>,
): Promise<Listed<Item>> {
  const items: Item[] = [];
  for (let next = cursor; ;) {
    const found = await namingOptions(
      (pointer) => (pointer === '/cursor' ? '--cursor' : undefined),
      read({ limit: all ? pageSizes.most : limit - items.length, cursor: next }),
    );
    items.push(...found.items);
    if (found.next_cursor === null || (!all && items.length === limit))
      return { items, next_cursor: found.next_cursor };
    next = found.next_cursor;
  }
}
