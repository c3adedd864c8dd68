/**
 * What a log may hold of an error: its name, message, code and causes. What drivers put beside them (a statement, its
 * parameters, the row that was refused) may hold a secret and stays out. `stack` adds where the code failed.
 */
export function loggableError(error: unknown, { stack = false } = {}): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, cause } = error;
  const code = (error as { code?: unknown }).code;
  return {
    name,
    message,
    ...(code === undefined ? {} : { code }),
    ...(stack ? { stack: error.stack } : {}),
    ...(cause === undefined ? {} : { cause: loggableError(cause, { stack }) }),
  };
}
