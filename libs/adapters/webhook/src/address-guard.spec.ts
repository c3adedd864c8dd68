import { type AllowedDestinations, publicDestinationsOnly } from '@belfry/domain';
import { type Certificate, createAuthority, createCertificate } from './certificates.fixture.js';
import {
  closeSenders,
  createSender,
  loopbackAllowed,
  oneTurn,
  namesBy,
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

  it('blocks localhost, whatever the system says of it', async () => {
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
      const { sender } = createSender({ names: await namesBy(() => addresses) });
      const { reason } = await sender.send(webhookTo(`${scheme}://${name}:${endpoint.port}/`, { allowed }));
      expect(reason).toBe('blocked_address');
      expect(endpoint.sockets.length).toBe(0);
    },
  );

  it('asks anew for each connection, so a name that is bound to another address later is caught', async () => {
    const endpoint = await start();
    let addresses = ['127.0.0.1'];
    const { sender, transport } = createSender({
      ca: authority.cert,
      names: await namesBy(() => addresses),
    });
    const webhook = webhookTo(`${scheme}://${name}:${endpoint.port}/`, { allowed: loopbackAllowed });
    expect((await sender.send(webhook)).reason).toBeNull();
    endpoint.sockets[0]?.end();
    while (transport.openConnections > 0) await oneTurn();
    addresses = ['10.1.1.1'];
    const { reason } = await sender.send(webhook);
    expect(reason).toBe('blocked_address');
    expect(endpoint.sockets.length).toBe(1);
  });

  it('connects to the allowed ones among the addresses of a name', async () => {
    const endpoint = await start();
    const { sender } = createSender({
      ca: authority.cert,
      names: await namesBy(() => ['::1', '10.0.0.1', '127.0.0.1']),
    });
    const { reason } = await sender.send(webhookTo(`${scheme}://${name}:${endpoint.port}/`));
    expect(reason).toBeNull();
  });

  it('lets through the host and port that the operator lists, and exactly that', async () => {
    const [listed, other] = [await start(), await start()];
    const { sender } = createSender({ ca: authority.cert, names: await namesBy(() => ['127.0.0.1']) });
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
    const { sender } = createSender({ ca: authority.cert, names: await namesBy(() => ['127.0.0.1']) });
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
  it.each(['missing', 'failed', 'silent'] as const)('is the failure dns, where it is %s', async (answer) => {
    const { sender } = createSender({ names: { ...(await namesBy(() => answer)), limitMs: 300 } });
    for (const scheme of ['http', 'https']) {
      expect((await sender.send(webhookTo(`${scheme}://${name}/`))).reason).toBe('dns');
    }
  });
});
