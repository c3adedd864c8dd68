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

/** The most problems reported for one input. More than that is one mistake, repeated. */
export const maximumProblems = 50;

/** The longest name of an unknown field that is shown to its sender, in characters. */
const longestName = 128;

/** For a problem that says more were left out: how many. */
const leftOutBy = new WeakMap<Problem, number>();

/**
 * The first `most` of these problems and, where there are more, one that says how many were left out; what was left out
 * before counts too. `count` is how many there are, where they are not all given.
 */
export function firstProblems(
  problems: readonly Problem[],
  most = maximumProblems,
  count = countOf(problems),
): readonly Problem[] {
  if (problems.length <= most && count === countOf(problems)) return problems;
  const first = problems.filter((problem) => !leftOutBy.has(problem)).slice(0, most);
  const leftOut = count - first.length;
  const message =
    leftOut === 1 ? 'has 1 more problem, not listed here' : `has ${leftOut} more problems, not listed here`;
  const rest: Problem = { pointer: '', message };
  leftOutBy.set(rest, leftOut);
  return [...first, rest];
}

function countOf(problems: readonly Problem[]): number {
  return problems.reduce((sum, problem) => sum + (leftOutBy.get(problem) ?? 1), 0);
}

/** One problem for each of these unknown fields in the object at `path`, cut as `firstProblems` cuts them. */
export function unknownFields(path: readonly PropertyKey[], names: readonly string[]): readonly Problem[] {
  const first = names.slice(0, maximumProblems).map((name) => unknownField(path, name));
  return firstProblems(first, maximumProblems, names.length);
}

function unknownField(path: readonly PropertyKey[], name: string): Problem {
  return name.length > longestName
    ? {
        pointer: pointerTo(path),
        message: `has an unknown field whose name is ${name.length} characters long`,
      }
    : { pointer: pointerTo([...path, name]), message: 'is not a known field' };
}

/**
 * The problems that a zod schema found, cut as `firstProblems` cuts them. Each unknown field is a problem that names it.
 */
export function problemsOf(error: z.ZodError): readonly Problem[] {
  const problems: Problem[] = [];
  let count = 0;
  for (const issue of error.issues) {
    const isUnknown = issue.code === 'unrecognized_keys';
    count += isUnknown ? issue.keys.length : 1;
    const room = maximumProblems - problems.length;
    if (room <= 0) continue;
    if (isUnknown) problems.push(...issue.keys.slice(0, room).map((name) => unknownField(issue.path, name)));
    else problems.push({ pointer: pointerTo(issue.path), message: issue.message });
  }
  return firstProblems(problems, maximumProblems, count);
}

/** Parses `input` by `schema`; answers problems instead of throwing. */
export function parseWith<Value>(schema: z.ZodType<Value>, input: unknown): Result<Value> {
  const parsed = schema.safeParse(input);
  return parsed.success ? success(parsed.data) : { ok: false, problems: problemsOf(parsed.error) };
}
