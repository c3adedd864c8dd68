/**
 * Compares transports for webhooks: POSTs of 400 bytes, 64 at a time, to an endpoint in a process of its own.
 *
 *     npm run build && node tools/bench/webhook-transport/run.mjs
 *
 * The transports take turns, round after round, so that whatever else the machine does falls on all alike. Prints the
 * median of each, in webhooks per second, and writes all rounds to tmp/webhook-transport.json.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { openTransports } from './transports.mjs';

const rounds = 5;
const webhooksPerRound = 6_000;
const atATime = 64;
const body = JSON.stringify({ event_type: 'tenant_created', tenant_name: 'x'.repeat(352) });

async function measure(transport, webhooks) {
  let left = webhooks;
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  const sendInTurn = async () => {
    while (left-- > 0) await transport.send();
  };
  await Promise.all(Array.from({ length: atATime }, sendInTurn));
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  return {
    perSecond: Math.round(webhooks / seconds),
    // Microseconds of CPU in all; of the sending process alone.
    cpuMicrosecondsEach: Math.round((user + system) / webhooks),
  };
}

function median(numbers) {
  return numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)];
}

const endpoint = fork(new URL('endpoint.mjs', import.meta.url));
const [port] = await once(endpoint, 'message');
const transports = await openTransports(new URL(`http://127.0.0.1:${port}/in`), body, atATime);
const measured = new Map(transports.map(({ name }) => [name, []]));

// The first turn warms the code up and opens the connections.
for (const transport of transports) await measure(transport, webhooksPerRound / 2);
for (let round = 0; round < rounds; round++) {
  for (const transport of transports)
    measured.get(transport.name).push(await measure(transport, webhooksPerRound));
}
for (const transport of transports) await transport.close();

const bytesSent =
  transports.length * (webhooksPerRound / 2 + rounds * webhooksPerRound) * Buffer.byteLength(body);
endpoint.send('how many bytes?');
const [bytesRead] = await once(endpoint, 'message');
endpoint.disconnect();
if (bytesRead !== bytesSent) throw new Error(`The endpoint read ${bytesRead} bytes of ${bytesSent}.`);

const results = [...measured].map(([name, all]) => ({
  transport: name,
  'webhooks/s': median(all.map(({ perSecond }) => perSecond)),
  'CPU µs each': median(all.map(({ cpuMicrosecondsEach }) => cpuMicrosecondsEach)),
  rounds: all.map(({ perSecond }) => perSecond),
}));
console.table(results.map(({ rounds: all, ...medians }) => ({ ...medians, rounds: all.join(' ') })));

const folder = new URL('../../../tmp/', import.meta.url);
await mkdir(folder, { recursive: true });
const setup = {
  node: process.version,
  cpus: cpus().length,
  bodyBytes: Buffer.byteLength(body),
  atATime,
  webhooksPerRound,
};
await writeFile(
  new URL('webhook-transport.json', folder),
  `${JSON.stringify({ ...setup, results }, null, 2)}\n`,
);
