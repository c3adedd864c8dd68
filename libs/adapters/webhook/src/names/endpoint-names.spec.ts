import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EndpointNames, type NameOptions } from './endpoint-names.js';
import { type NameAnswer, startNameServer, stopNameServers } from './name-server.fixture.js';

const folder = mkdtempSync(join(tmpdir(), 'belfry-names-'));
const [hostsFile, resolvConf] = [join(folder, 'hosts'), join(folder, 'resolv.conf')];
const opened: EndpointNames[] = [];

beforeEach(() => {
  writeFileSync(hostsFile, '');
  writeFileSync(resolvConf, 'search\n');
});
afterEach(() => {
  for (const names of opened.splice(0)) names.close();
  stopNameServers();
});
afterAll(() => rmSync(folder, { recursive: true }));

async function start(
  answerTo: (name: string) => NameAnswer | Promise<NameAnswer>,
  { ttl, ...options }: NameOptions & { ttl?: number } = {},
) {
  const server = await startNameServer(answerTo, ttl);
  const names = new EndpointNames({ servers: [server.address], hostsFile, resolvConf, ...options });
  opened.push(names);
  const addressesOf = async (name: string, accountId = 1) =>
    (await names.find(name, accountId)).addresses.map(({ address }) => address);
  return { names, server, addressesOf };
}

/** A promise and what settles it. */
function gate() {
  let open = () => {};
  const opening = new Promise<void>((resolve) => (open = resolve));
  return { opening, open };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('a look-up', () => {
  it('finds the addresses of both families', async () => {
    const { addressesOf } = await start(() => ['192.0.2.1', '192.0.2.2', '2001:db8::1']);
    expect((await addressesOf('hooks.example.com')).sort()).toEqual([
      '192.0.2.1',
      '192.0.2.2',
      '2001:db8::1',
    ]);
  });

  it.each([
    ['does not exist', 'missing'],
    ['has no address', []],
    ['is under a server that fails', 'failed'],
    ['is never answered', 'silent'],
    ['could never be a name', null],
  ] as const)('finds nothing where the name %s', async (_how, answer) => {
    const { addressesOf } = await start(() => answer ?? [], { limitMs: 300 });
    expect(await addressesOf(answer === null ? `${'a'.repeat(80)}.example.com` : 'a.example.com')).toEqual(
      [],
    );
  });

  it('takes an answer that comes late, within its time limit', async () => {
    const late = gate();
    const { addressesOf, server } = await start(async () => (await late.opening, ['192.0.2.1']));
    const found = addressesOf('slow.example.com');
    // The question is put again while the first answer is on its way.
    while (server.questions.length < 3) await turn();
    late.open();
    expect(await found).toEqual(['192.0.2.1']);
  });

  it('takes the answer to its first question, though it was put again meanwhile', async () => {
    const late = gate();
    let questions = 0;
    const { addressesOf, server } = await start(async () => {
      if (++questions > 2) return 'silent';
      await late.opening;
      return ['192.0.2.1'];
    });
    const found = addressesOf('slow.example.com');
    while (server.questions.length < 4) await turn();
    late.open();
    expect(await found).toEqual(['192.0.2.1']);
  });

  it('asks the next server where the first one is silent', async () => {
    const silent = await startNameServer(() => 'silent');
    const other = await startNameServer(() => ['192.0.2.2']);
    const { addressesOf } = await start(() => [], { servers: [silent.address, other.address] });
    expect(await addressesOf('a.example.com')).toEqual(['192.0.2.2']);
  });

  it('does not wait for one family where the other is there', async () => {
    await start(() => 'silent');
    const both = await startNameServer(() => ['192.0.2.1']);
    const names = new EndpointNames({ servers: [both.address], hostsFile, resolvConf });
    opened.push(names);
    expect((await names.find('a.example.com', 1)).addresses).toHaveLength(1);
  });
});

describe('one name', () => {
  it('is asked for once however many want it, of whichever account', async () => {
    const asked = gate();
    const { addressesOf, server } = await start(async () => (await asked.opening, ['192.0.2.1']));
    const all = Array.from({ length: 200 }, (_, number) => addressesOf('a.example.com', number % 7));
    while (server.questions.length < 2) await turn();
    asked.open();
    for (const found of await Promise.all(all)) expect(found).toEqual(['192.0.2.1']);
    expect(server.questions.sort()).toEqual(['a.example.com A', 'a.example.com AAAA']);
  });

  it.each([
    ['found', ['192.0.2.1'] as const, 60],
    ['missing', 'missing' as const, 60],
    ['failed', 'failed' as const, 60],
  ])('that was %s is remembered', async (_how, answer, ttl) => {
    const { addressesOf, server } = await start(() => answer, { ttl });
    const first = await addressesOf('a.example.com');
    const asked = server.questions.length;
    expect(await addressesOf('A.example.com')).toEqual(first);
    expect(server.questions.length).toBe(asked);
  });

  it('whose answer says that it must not be kept is asked for again', async () => {
    const { addressesOf, server } = await start(() => ['192.0.2.1'], { ttl: 0 });
    await addressesOf('a.example.com');
    await addressesOf('a.example.com');
    expect(server.questions.length).toBe(4);
  });

  it('makes room for others: the memory is bounded', async () => {
    const { names, addressesOf } = await start(() => ['192.0.2.1']);
    for (let number = 0; number < 2_200; number += 100) {
      await Promise.all(
        Array.from({ length: 100 }, (_, more) => addressesOf(`n${number + more}.example.com`, more)),
      );
    }
    expect(names.remembered).toBe(2_000);
  });
});

describe('an account', () => {
  it('has four names on their way at most, and others do not wait for it', async () => {
    const stuck = gate();
    const { addressesOf, server } = await start(async (name) => {
      if (name.startsWith('slow')) await stuck.opening;
      return ['192.0.2.1'];
    });
    const slow = Array.from({ length: 10 }, (_, number) => addressesOf(`slow${number}.example.com`, 1));
    for (let other = 2; other < 40; other++) await addressesOf(`fine${other}.example.com`, other);
    const asked = new Set(server.questions.filter((question) => question.startsWith('slow')));
    expect(asked.size).toBe(8);
    stuck.open();
    for (const found of await Promise.all(slow)) expect(found).toEqual(['192.0.2.1']);
  });

  it('that waits for its own places longer than a look-up may take finds nothing', async () => {
    const { addressesOf, server } = await start(() => 'silent', { limitMs: 300 });
    const slow = Array.from({ length: 9 }, (_, number) => addressesOf(`slow${number}.example.com`, 1));
    expect(new Set((await Promise.all(slow)).flat())).toEqual(new Set());
    expect(await addressesOf('slow0.example.com')).toEqual([]);
    expect(new Set(server.questions.map((question) => question.split(' ')[0])).size).toBeLessThan(9);
  });
});

describe('the files of the system', () => {
  it('the hosts file comes first, in any case of letters, and asks nobody', async () => {
    writeFileSync(
      hostsFile,
      '# ours\n10.0.0.7  Inner.example.com inner # both\n::7 inner.example.com\nx y\n',
    );
    const { addressesOf, server } = await start(() => ['192.0.2.1']);
    expect(await addressesOf('inner.Example.com')).toEqual(['10.0.0.7', '::7']);
    expect(await addressesOf('inner.example.com.')).toEqual(['10.0.0.7', '::7']);
    expect(await addressesOf('other.example.com')).toEqual(['192.0.2.1']);
    expect(server.questions.length).toBe(2);
  });

  it('are read again when they change, and when they come or go', async () => {
    const { addressesOf } = await start(() => 'missing');
    expect(await addressesOf('inner.example.com')).toEqual([]);
    writeFileSync(hostsFile, '10.0.0.7 inner.example.com\n');
    while ((await addressesOf('inner.example.com')).length === 0) await turn();
    rmSync(hostsFile);
    while ((await addressesOf('inner.example.com')).length > 0) await turn();
  });

  it('localhost is the loopback address, whatever a name server says', async () => {
    const { addressesOf, server } = await start(() => ['192.0.2.1']);
    for (const name of ['localhost', 'localhost.', 'a.localhost'])
      expect(await addressesOf(name)).toEqual(['127.0.0.1', '::1']);
    expect(server.questions).toEqual([]);
  });

  it.each([
    ['few dots: the search domains first', 'in.svc', ['in.svc.corp.example', 'in.svc.example', 'in.svc']],
    ['enough dots: as it stands first', 'a.b.svc', ['a.b.svc', 'a.b.svc.corp.example', 'a.b.svc.example']],
    ['a dot at the end: as it stands alone', 'in.svc.', ['in.svc']],
  ])('search and ndots count: %s', async (_rule, name, asked) => {
    writeFileSync(
      resolvConf,
      'nameserver 192.0.2.53\nsearch corp.example example.\noptions ndots:2 timeout:1\n',
    );
    const { addressesOf, server } = await start(() => 'missing');
    expect(await addressesOf(name)).toEqual([]);
    expect(server.questions.filter((question) => question.endsWith(' A'))).toEqual(
      asked.map((one) => `${one} A`),
    );
  });

  it('what only a search domain finds is said to be so', async () => {
    writeFileSync(resolvConf, 'search corp.example\n');
    const { names } = await start((name) => (name.endsWith('.corp.example') ? ['10.0.0.7'] : 'missing'));
    expect(await names.find('in.svc', 1)).toMatchObject({ isBySearch: true });
  });
});
