import type { z } from 'zod';

/** One thing that is wrong with an input, and what to do about it. Safe to show to whoever sent the input. */
export interface Problem {
  /** RFC 6901 pointer into the input; the empty string is the whole of it. */
  readonly pointer: string;
  /** A sentence that reads on from the field's name: "must be …". */
  readonly message: string;
}

/** What a rule answers: the value, or everything that is wrong with the input. A person's mistake is a value. */
export type Result<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** A result that holds a value. */
export function success<Value>(value: Value): Result<Value> {
  return { ok: true, value };
}

/** A result that holds what is wrong. */
export function failure(...problems: readonly Problem[]): { ok: false; problems: readonly Problem[] } {
  return { ok: false, problems };
}

/** The RFC 6901 pointer that leads along `path`. */
export function pointerTo(path: readonly PropertyKey[]): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The problems that a zod schema found; an unknown key is named by a problem of its own. */
export function problemsOf(error: z.ZodError): Problem[] {
  return error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({
          pointer: pointerTo([...issue.path, key]),
          message: 'is not a known field',
        }))
      : [{ pointer: pointerTo(issue.path), message: issue.message }],
  );
}

/** Parses `input` by `schema`, with problems in place of an exception. */
export function parseWith<Value>(schema: z.ZodType<Value>, input: unknown): Result<Value> {
  const parsed = schema.safeParse(input);
  return parsed.success ? success(parsed.data) : failure(...problemsOf(parsed.error));
}
