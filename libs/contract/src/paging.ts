/** Lists come in pages; a cursor leads to what follows a page. */
import { z } from 'zod';
import { uuid } from './fields.js';

/** The most items of a page, and how many there are where the caller does not say. */
export const pageSizes = { most: 200, usual: 50 } as const;

const limitMessage = `must be a whole number from 1 to ${pageSizes.most}`;
const cursorMessage = 'must be a next_cursor that this list returned';

const limit = z
  .string({ error: limitMessage })
  .refine(
    (text) => /^\d{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= pageSizes.most,
    limitMessage,
  )
  .optional()
  .transform((text) => (text === undefined ? pageSizes.usual : Number(text)))
  .meta({
    type: 'integer',
    minimum: 1,
    maximum: pageSizes.most,
    default: pageSizes.usual,
    description: 'How many to return.',
  });

const cursor = (isId: (text: string) => boolean) =>
  z
    .string({ error: cursorMessage })
    .refine((text) => text.length <= 64 && isId(idInCursor(text)), cursorMessage)
    .transform(idInCursor)
    .optional()
    .meta({
      description:
        'The next_cursor of the previous page. A page may have fewer items than asked for, or none, and still have a next_cursor.',
    });

/** How a list is asked for in pages whose items have ids that Belfry makes. */
export const paged = { limit, cursor: cursor((text) => uuid.safeParse(text).success) };
/** How a list is asked for in pages whose items have ids of the platform. */
export const pagedByPlatformId = { limit, cursor: cursor((text) => /^\d{1,16}$/.test(text)) };

/** The field of every page that leads to the next one. */
export const nextCursor = z
  .string()
  .nullable()
  .meta({ description: 'Leads to the next page; null on the last one.' });

/** The cursor that leads past the item with this id; opaque to whoever gets it. */
export function cursorPast(id: string): string {
  return btoa(id).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** The id that a cursor leads past; empty for what no list has answered. */
function idInCursor(cursor: string): string {
  return /^(?:[\w-]{4})*(?:[\w-]{2,3})?$/.test(cursor)
    ? atob(cursor.replaceAll('-', '+').replaceAll('_', '/'))
    : '';
}

/** The cursor of the page after this one, whose last id is `next`; null where there is none. */
export function cursorTo({ next }: { readonly next: string | null }): string | null {
  return next === null ? null : cursorPast(next);
}
