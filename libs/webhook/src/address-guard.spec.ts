import { type AllowedDestinations, publicDestinationsOnly } from '@belfry/domain';
import { guardedLookup } from './address-guard.js';
import { type Certificate, createAuthority, createCertificate } from './certificates.fixture.js';
import {
  closeSenders,
  createSender,
  loopbackAllowed,
  oneTurn,
  resolver,
  webhookTo,
} from './sender.fixture.js';
import { received, startEndpoint, stopEndpoints } from './raw-endpoint.fixture.js';

afterEach(async () => {
  await closeSenders();
  await stopEndpoints();
});

const allowed = publicDestinationsOnly;
const name = 'hooks.example.com';
let authority: Certificate;
let certificate: Certificate;
beforeAll(async () => {
  authority = await createAuthority();
  certificate = await createCertificate(name, authority);
});

describe.each(['http', 'https'])('the address guard, over %s', (scheme) => {
  const start = () =>
    startEndpoint((socket) => socket.write(received), scheme === 'https' ? certificate : undefined);

  it.each(['127.0.0.1', '0x7f.1', '2130706433', '[::1]', '[::ffff:127.0.0.1]', '0.0.0.0'])(
    'blocks the literal %s before any connection',
    async (host) => {
      const endpoint = await start();
      const { sender } = createSender();
      const outcome = await sender.send(webhookTo(`${scheme}://${host}:${endpoint.port}/`, { allowed }));
      expect(outcome).toMatchObject({ reason: 'blocked_address', response: null });
      expect(endpoint.sockets.length).toBe(0);
    },
  );

  it('blocks localhost, by the resolver of the system', async () => {
    const endpoint = await start();
    const { reason } = await createSender().sender.send(
      webhookTo(`${scheme}://localhost:${endpoint.port}/`, { allowed }),
    );
    expect(reason).toBe('blocked_address');
    expect(endpoint.sockets.length).toBe(0);
  });

  it.each([[['127.0.0.1']], [['10.0.0.1', '::1', '169.254.169.254']], [['::ffff:127.0.0.1']]])(
    'blocks a name that resolves to %j',
    async (addresses) => {
      const endpoint = await start();
      const { sender } = createSender({ lookup: resolver(() => addresses) });
      const { reason } = await sender.send(webhookTo(`${scheme}://${name}:${endpoint.port}/`, { allowed }));
      expect(reason).toBe('blocked_address');
      expect(endpoint.sockets.length).toBe(0);
    },
  );

  it('asks anew for each connection, so a name that is bound to another address later is caught', async () => {
    const endpoint = await start();
    const answers = [['127.0.0.1'], ['10.1.1.1']];
    const { sender, transport } = createSender({
      ca: authority.cert,
      lookup: resolver(() => answers.shift()!),
    });
    const webhook = webhookTo(`${scheme}://${name}:${endpoint.port}/`, { allowed: loopbackAllowed });
    expect((await sender.send(webhook)).reason).toBeNull();
    endpoint.sockets[0]?.end();
    while (transport.openConnections > 0) await oneTurn();
    const { reason } = await sender.send(webhook);
    expect(reason).toBe('blocked_address');
    expect(endpoint.sockets.length).toBe(1);
  });

  it('connects to the allowed ones among the addresses of a name', async () => {
    const endpoint = await start();
    const { sender } = createSender({
      ca: authority.cert,
      lookup: resolver(() => ['::1', '10.0.0.1', '127.0.0.1']),
    });
    const { reason } = await sender.send(webhookTo(`${scheme}://${name}:${endpoint.port}/`));
    expect(reason).toBeNull();
  });

  it('lets through the host and port that the operator lists, and exactly that', async () => {
    const [listed, other] = [await start(), await start()];
    const { sender } = createSender({ ca: authority.cert, lookup: resolver(() => ['127.0.0.1']) });
    const only = { ...publicDestinationsOnly, hosts: new Set([`${name}:${listed.port}`]) };
    const send = (host: string, port: number) =>
      sender.send(webhookTo(`${scheme}://${host}:${port}/`, { allowed: only }));
    expect((await send(name, listed.port)).reason).toBeNull();
    expect((await send(name, other.port)).reason).toBe('blocked_address');
    expect((await send('127.0.0.1', listed.port)).reason).toBe('blocked_address');
    expect((await send(`in.${name}`, listed.port)).reason).toBe('blocked_address');
    expect([listed.requests.length, other.requests.length]).toEqual([1, 0]);
  });

  it('does not lend a connection of a listed endpoint to an account that may not reach it', async () => {
    const endpoint = await start();
    const { sender } = createSender({ ca: authority.cert, lookup: resolver(() => ['127.0.0.1']) });
    const origin = `${scheme}://${name}:${endpoint.port}`;
    const sample = { ...publicDestinationsOnly, endpoints: [`${origin}/dev/endpoint`] };
    const send = (path: string, mayReach: AllowedDestinations) =>
      sender.send(webhookTo(origin + path, { allowed: mayReach }));
    expect((await send('/dev/endpoint', sample)).reason).toBeNull();
    expect((await send('/dev/endpoint', allowed)).reason).toBe('blocked_address');
    expect((await send('/other', sample)).reason).toBe('blocked_address');
    // Nor a connection that one list of ranges allows to an account with another list.
    expect((await send('/', loopbackAllowed)).reason).toBeNull();
    expect((await send('/', allowed)).reason).toBe('blocked_address');
    expect(endpoint.requests.length).toBe(2);
  });
});

describe('a name without an address', () => {
  it.each(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL'])('is the failure dns, at %s', async (code) => {
    const { sender } = createSender({
      lookup: (_name, _options, callback) =>
        void process.nextTick(callback, Object.assign(new Error(code), { code }), ''),
    });
    for (const scheme of ['http', 'https']) {
      expect((await sender.send(webhookTo(`${scheme}://${name}/`))).reason).toBe('dns');
    }
  });

  it('is timeout where the resolver does not answer', async () => {
    const { sender } = createSender({ timeoutMs: 300, lookup: () => {} });
    expect((await sender.send(webhookTo(`http://${name}/`))).reason).toBe('timeout');
  });
});

describe('guardedLookup', () => {
  it('answers one address or all, as it is asked', async () => {
    const addresses = ['8.8.8.8', '10.0.0.1', '2606:4700::1111'];
    const look = guardedLookup(
      resolver(() => addresses),
      (address) => address !== '10.0.0.1',
    );
    const ask = (all: boolean) =>
      new Promise((resolve) => look(name, { all }, (...answer) => resolve(answer)));
    expect(await ask(false)).toEqual([null, '8.8.8.8', 4]);
    expect(await ask(true)).toEqual([
      null,
      [
        { address: '8.8.8.8', family: 4 },
        { address: '2606:4700::1111', family: 6 },
      ],
    ]);
  });
});
