/** Reads what stands in paths and queries. */
import { idInCursor } from '@belfry/nest';
import { parseWith, platformId, timestampText } from '@belfry/domain';
import { Injectable, type PipeTransform } from '@nestjs/common';
import { z } from 'zod';
import { invalid, notFound } from './problem.js';

/** An account's id in a path. What can't be one is the id of no account. */
@Injectable()
export class AccountIdPipe implements PipeTransform<string, number> {
  transform(text: string): number {
    const parsed = /^[1-9]\d{0,15}$/.test(text) ? platformId.safeParse(Number(text)) : null;
    if (!parsed?.success) throw notFound('account');
    return parsed.data;
  }
}

const uuid = z.uuid();

/** An id made here (UUID) in a path. What can't be one is the id of nothing. */
export class MadeIdPipe implements PipeTransform<string, string> {
  constructor(private readonly what: string) {}

  transform(text: string): string {
    if (!uuid.safeParse(text).success) throw notFound(this.what);
    return text.toLowerCase();
  }
}

const limitMessage = 'must be a whole number from 1 to 200';
const cursorMessage = 'must be a next_cursor that this list returned';

/** How a list is asked for in pages; its cursors lead past an id of this kind. */
export function pageQuery(id: 'made here' | 'of the platform') {
  const isId =
    id === 'made here'
      ? (text: string) => uuid.safeParse(text).success
      : (text: string) => /^\d{1,16}$/.test(text);
  return {
    limit: z
      .string({ error: limitMessage })
      .regex(/^\d{1,3}$/, limitMessage)
      .transform(Number)
      .refine((limit) => limit >= 1 && limit <= 200, limitMessage)
      .default(50),
    cursor: z
      .string({ error: cursorMessage })
      .max(64, cursorMessage)
      .transform(idInCursor)
      .refine(isId, cursorMessage)
      .optional(),
  };
}

/** A time in a query. */
export const timeQuery = timestampText.transform((text) => new Date(text)).optional();

/** Reads a query; what is wrong or unknown in it refuses the request, with pointers that name the parameter. */
export function readQuery<Value>(schema: z.ZodType<Value>, query: unknown): Value {
  const parsed = parseWith(schema, query);
  if (!parsed.ok) throw invalid(parsed.problems);
  return parsed.value;
}
