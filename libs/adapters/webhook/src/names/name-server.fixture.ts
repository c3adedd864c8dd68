/** A real name server on 127.0.0.1, by UDP, that answers as a test wants and keeps what it was asked. */
import dnsPacket from 'dns-packet';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

/** What is said of a name: its addresses; that it does not exist; that the server failed; or nothing, ever. */
export type NameAnswer = readonly string[] | 'missing' | 'failed' | 'silent';

export interface NameServer {
  /** `127.0.0.1:port`, as `DNS_SERVERS` takes it. */
  readonly address: string;
  /** Every question that came, as `name type`, in order. */
  readonly questions: string[];
}

const running: Socket[] = [];
const missing = 3;
const failed = 2;

/** Starts one. `answerTo` gets the name in lower case; its addresses of either family may be mixed. */
export async function startNameServer(
  answerTo: (name: string) => NameAnswer | Promise<NameAnswer>,
  ttl = 60,
): Promise<NameServer> {
  const socket = createSocket('udp4');
  const questions: string[] = [];
  const reply = async (message: Buffer, port: number) => {
    const { id, questions: [question] = [] } = dnsPacket.decode(message);
    if (question === undefined) return;
    const { type } = question;
    const name = question.name.toLowerCase();
    questions.push(`${name} ${type}`);
    const answer = await answerTo(name);
    if (answer === 'silent') return;
    const addresses = typeof answer === 'string' ? [] : answer;
    const code = answer === 'missing' ? missing : answer === 'failed' ? failed : 0;
    const bytes = dnsPacket.encode({
      type: 'response',
      id: id ?? 0,
      flags: dnsPacket.RECURSION_DESIRED | dnsPacket.RECURSION_AVAILABLE | code,
      questions: [question],
      answers: addresses
        .filter((address) => (type === 'AAAA') === address.includes(':'))
        .map((data) => ({ type: type as 'A' | 'AAAA', name: question.name, ttl, data })),
    });
    if (running.includes(socket)) socket.send(bytes, port, '127.0.0.1');
  };
  socket.on('message', (message, { port }) => void reply(message, port));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  running.push(socket);
  return { address: `127.0.0.1:${socket.address().port}`, questions };
}

/** Stops all that were started. */
export function stopNameServers(): void {
  for (const socket of running.splice(0)) socket.close();
}
