import type { Answer } from './rest-client.ts';

/** One of the `errors` of a problem document. */
export interface ExpectedError {
  readonly pointer: string;
  /** A text, or a matcher for one. */
  readonly message?: unknown;
}

/**
 * Expects a problem document of RFC 9457: its media type, its type under /problems/, its status in body and status line
 * alike. Where `errors` is given, these and no others, in this order.
 */
export function expectProblem(
  answer: Answer,
  status: number,
  kind: string,
  errors?: readonly ExpectedError[],
): void {
  expect(answer).toMatchObject({
    status,
    body: { type: `/problems/${kind}`, title: expect.any(String), status, detail: expect.any(String) },
  });
  expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  if (errors === undefined) return;
  expect(answer.body.errors).toEqual(
    errors.map(({ pointer, message = expect.any(String) }) => ({ pointer, message })),
  );
}
