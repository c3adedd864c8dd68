/**
 * Lists that cost the same whatever is asked for. A filter that has no index of its own is looked for among the newest
 * rows of an index that is there anyway, so many at a time: an index for each filter would be written to by every
 * delivery, and be of use to few readers. Where the rows end a look before it has found enough, the page is short, and
 * its cursor leads on from where the look ended.
 */
import { pageOf, type ListPage } from '@belfry/application';

/** The most rows that one look reads: 4 ms with all of them in memory, and still worth a round trip. */
export const rowsPerLook = 5_000;

/** The values of a statement, named as they are added. */
export class Parameters {
  readonly values: unknown[] = [];

  /** Adds a value, and answers how the statement names it. */
  add(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}

/** A list, newest first. */
export interface BoundedList {
  /** The column that the list is ordered by, a UUIDv7. */
  readonly id: string;
  /** A query of the rows to be looked at, without order: it must be answered by an index in the order of the id. */
  readonly rows: string;
  /** What of these rows the list holds. */
  readonly matching: readonly string[];
  /** The most items of the page. */
  readonly limit: number;
  /** What is read of a row `matched`, and what is joined to it. */
  readonly columns: string;
  readonly joined?: string;
}

/** What each row of the answer says beside its item. A row without an item only says how far the look went. */
export interface LookedAt {
  /** Where the look ended, if that is why the page is short. */
  readonly looked_to: string | null;
  /** The matching row's id; null in a row without an item. */
  readonly matched_id: string | null;
}

/** The statement of a page; it reads one item more than the page holds. */
export function boundedListStatement({
  id,
  rows,
  matching,
  limit,
  columns,
  joined = '',
}: BoundedList): string {
  const conditions = matching.length === 0 ? '' : `WHERE ${matching.join(' AND ')}`;
  return `
    WITH matched AS MATERIALIZED (
      SELECT * FROM (SELECT * FROM (${rows}) AS rows ORDER BY ${id} DESC LIMIT ${rowsPerLook}) AS looked_at
      ${conditions} ORDER BY ${id} DESC LIMIT ${limit + 1}
    )
    SELECT (SELECT ${id} FROM (${rows}) AS rows WHERE (SELECT count(*) FROM matched) <= ${limit}
            ORDER BY ${id} DESC OFFSET ${rowsPerLook - 1} LIMIT 1) AS looked_to,
      matched.${id} AS matched_id, ${columns}
    FROM (SELECT) AS always LEFT JOIN matched ON true ${joined}
    ORDER BY matched.${id} DESC`;
}

/** The page that the answer of such a statement stands for. `read` answers null for a row that is to be left out. */
export function boundedPage<Row extends LookedAt, Item>(
  rows: readonly Row[],
  limit: number,
  read: (row: Row) => Item | null,
): ListPage<Item> {
  const { items, next } = pageOf(
    rows.filter(({ matched_id }) => matched_id !== null),
    limit,
    ({ matched_id }) => matched_id!,
  );
  return {
    items: items.map(read).filter((item): item is Awaited<Item> => item !== null),
    next: next ?? rows[0]!.looked_to,
  };
}
