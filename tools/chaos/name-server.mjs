/**
 * The name server of all endpoints' names, by UDP. It answers at once, except for two names: one that it answers after some
 * seconds, and one that it never answers.
 */
import dnsPacket from 'dns-packet';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';

/** How a name misbehaves, and milliseconds until it is answered. */
const answeredAfterMs = new Map([
  ['slow name', 3_000],
  ['silent name', Infinity],
]);

/** How names misbehave. */
export const nameFaults = [...answeredAfterMs.keys()];

const domain = 'belfry.test';

/** The host name of an account's endpoint that behaves so. */
export function nameOf(accountId, behaviour) {
  const fault = answeredAfterMs.has(behaviour) ? behaviour.replace(' ', '-') : 'well';
  return `account-${accountId}.${fault}.${domain}`;
}

/** The name server. */
export class NameServer {
  /** How often each fault was shown. */
  shown = Object.fromEntries(nameFaults.map((fault) => [fault, 0]));

  #socket = createSocket('udp4');
  #isRunning = true;

  async start() {
    this.#socket.on('message', (message, { port }) => void this.#answer(message, port));
    this.#socket.bind(0, '127.0.0.1');
    await once(this.#socket, 'listening');
  }

  /** As `DNS_SERVERS` takes it. */
  get address() {
    return `127.0.0.1:${this.#socket.address().port}`;
  }

  stop() {
    this.#isRunning = false;
    this.#socket.close();
  }

  async #answer(message, port) {
    const { id = 0, questions = [] } = dnsPacket.decode(message);
    const [{ name, type }] = questions;
    const fault = nameFaults.find((one) => name.includes(`.${one.replace(' ', '-')}.`));
    if (fault !== undefined) this.shown[fault] += 1;
    const afterMs = answeredAfterMs.get(fault ?? '') ?? 0;
    if (afterMs === Infinity) return;
    // A process that asks may be killed, and the run over, before the answer is due.
    await pause(afterMs, undefined, { ref: false });
    const flags = dnsPacket.RECURSION_DESIRED | dnsPacket.RECURSION_AVAILABLE;
    const answers = type === 'A' ? [{ type, name, ttl: 1, data: '127.0.0.1' }] : [];
    if (this.#isRunning)
      this.#socket.send(
        dnsPacket.encode({ type: 'response', id, flags, questions, answers }),
        port,
        '127.0.0.1',
      );
  }
}
