/** Until Ctrl-C, an orderly end from outside, or until the reader of the output has gone. */
export function untilNobodyListens(): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.once('error', () => resolve());
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}
