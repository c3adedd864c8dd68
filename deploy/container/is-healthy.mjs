/**
 * Asks the process in this container how it is: `node is-healthy.mjs live` or `ready`. Ends with 0 where it answers 200,
 * and with 1 otherwise. The image has no curl, and needs none.
 */
const [, , question = 'live'] = process.argv;
const port = process.env.PORT || '3000';

try {
  const { status } = await fetch(`http://127.0.0.1:${port}/health/${question}`, {
    signal: AbortSignal.timeout(4_000),
  });
  process.exitCode = status === 200 ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error.cause?.code ?? error.message}\n`);
  process.exitCode = 1;
}
