import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNameServer } from './names/name-server.fixture.js';
import { received, startEndpoint, stopEndpoints } from './raw-endpoint.fixture.js';
import { closeSenders, createSender, oneTurn, webhookTo } from './sender.fixture.js';

afterEach(async () => {
  await closeSenders();
  await stopEndpoints();
});

describe('a name that never resolves', () => {
  it('costs the webhooks of other accounts nothing: all are received while it is asked for', async () => {
    const endpoint = await startEndpoint((socket) => socket.write(received));
    let answer = () => {};
    const atLast = new Promise<void>((resolve) => (answer = resolve));
    const { address, questions } = await startNameServer(async (name) => {
      if (name.startsWith('silent')) await atLast;
      return ['127.0.0.1'];
    });
    const { sender } = createSender({ names: { servers: [address], limitMs: 60_000 } });
    const send = (host: string, accountId: number) =>
      sender.send(webhookTo(`http://${host}:${endpoint.port}/`, { accountId }));
    // As many as one account may have in flight, and then as many again.
    let ended = 0;
    for (let number = 0; number < 32; number++)
      void send(`silent${number % 8}.example.com`, 1).finally(() => ended++);
    while (questions.length < 8) await oneTurn();

    for (let round = 0; round < 10; round++) {
      const accounts = Array.from({ length: 10 }, (_, index) => index + 2);
      const outcomes = await Promise.all(
        accounts.map((account) => send(`a${account}-${round}.example.com`, account)),
      );
      expect(outcomes.map(({ reason }) => reason)).toEqual(accounts.map(() => null));
    }
    expect(ended).toBe(0);
    expect(endpoint.requests.length).toBe(100);
    // Four names of the account, each with its two families: again and again by c-ares, and no other name.
    expect(new Set(questions.filter((question) => question.startsWith('silent'))).size).toBe(8);
    answer();
  });

  it('is the failure dns after its own time limit, and none of the time-out', async () => {
    const { address } = await startNameServer(() => 'silent');
    const { sender } = createSender({ timeoutMs: 1, names: { servers: [address], limitMs: 300 } });
    const { reason } = await sender.send(webhookTo('http://silent.example.com/'));
    expect(reason).toBe('dns');
  });

  it('and answers late leaves the whole time-out to the endpoint', async () => {
    const endpoint = await startEndpoint((socket) => socket.write(received));
    let answer = () => {};
    const late = new Promise<void>((resolve) => (answer = resolve));
    const { address, questions } = await startNameServer(async () => (await late, ['127.0.0.1']));
    const { sender } = createSender({ timeoutMs: 900, names: { servers: [address] } });
    const sent = sender.send(webhookTo(`http://late.example.com:${endpoint.port}/`));
    // Asked a second time, a second later: the time-out would be over.
    while (questions.length < 3) await oneTurn();
    answer();
    const { reason } = await sent;
    expect(reason).toBeNull();
  });
});

describe('a name of which some addresses lead nowhere', () => {
  it.each([400, 1_000, 5_000])('is reached at the next one, with a time-out of %i ms', async (timeoutMs) => {
    const endpoint = await startEndpoint((socket) => socket.write(received));
    // Reserved for documentation (RFC 5737): no packet comes back.
    const { address } = await startNameServer(() => ['192.0.2.1', '127.0.0.1']);
    const { sender } = createSender({ timeoutMs, names: { servers: [address] } });
    const allowed = { hosts: new Set(['two.example.com']), cidrs: [], endpoints: [] };
    const { reason } = await sender.send(webhookTo(`http://two.example.com:${endpoint.port}/`, { allowed }));
    expect(reason).toBeNull();
  });
});

describe('a name that only a search domain of this machine completes', () => {
  it('is not told from one that does not exist, where it leads inside', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'belfry-search-'));
    const resolvConf = join(folder, 'resolv.conf');
    writeFileSync(resolvConf, 'search corp.example\n');
    const { address } = await startNameServer((name) =>
      name === 'db.svc.corp.example' ? ['10.0.0.7'] : 'missing',
    );
    const { sender } = createSender({ names: { servers: [address], resolvConf } });
    for (const name of ['db.svc', 'missing.svc'])
      expect((await sender.send(webhookTo(`http://${name}/`))).reason).toBe('dns');
    rmSync(folder, { recursive: true });
  });
});
