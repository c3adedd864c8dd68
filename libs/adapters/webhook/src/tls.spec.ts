import { TLSSocket } from 'node:tls';
import { publicDestinationsOnly } from '@belfry/domain';
import { type Certificate, createAuthority, createCertificate } from './certificates.fixture.js';
import { closeSenders, createSender, oneTurn, namesBy, webhookTo } from './sender.fixture.js';
import { received, startEndpoint, stopEndpoints } from './raw-endpoint.fixture.js';

afterEach(async () => {
  await closeSenders();
  await stopEndpoints();
});

let authority: Certificate;
beforeAll(async () => {
  authority = await createAuthority();
});

async function sendTo(certificate: Certificate | undefined, host: string, ca?: string) {
  const endpoint = await startEndpoint((socket) => socket.write(received), certificate);
  const { sender } = createSender({
    names: await namesBy(() => ['127.0.0.1']),
    ...(ca === undefined ? {} : { ca }),
  });
  const outcome = await sender.send(webhookTo(`https://${host}:${endpoint.port}/`));
  return { reason: outcome.reason, requests: endpoint.requests.length };
}

describe('an https endpoint', () => {
  it.each(['hooks.example.com', '127.0.0.1'])(
    'with a trusted certificate for %s gets the webhook',
    async (host) => {
      const certificate = await createCertificate(host, authority);
      expect(await sendTo(certificate, host, authority.cert)).toEqual({ reason: null, requests: 1 });
    },
  );

  it('with a self-signed certificate gets nothing', async () => {
    const certificate = await createCertificate('hooks.example.com');
    expect(await sendTo(certificate, 'hooks.example.com')).toEqual({ reason: 'tls', requests: 0 });
  });

  it('with a certificate of an unknown authority gets nothing', async () => {
    const certificate = await createCertificate('hooks.example.com', authority);
    expect(await sendTo(certificate, 'hooks.example.com')).toEqual({ reason: 'tls', requests: 0 });
  });

  it('with a certificate for another name gets nothing', async () => {
    const certificate = await createCertificate('other.example.com', authority);
    expect(await sendTo(certificate, 'hooks.example.com', authority.cert)).toEqual({
      reason: 'tls',
      requests: 0,
    });
  });

  it('with a certificate for a name gets nothing by its address', async () => {
    const certificate = await createCertificate('hooks.example.com', authority);
    expect(await sendTo(certificate, '127.0.0.1', authority.cert)).toEqual({ reason: 'tls', requests: 0 });
  });

  it('with an expired certificate gets nothing', async () => {
    const certificate = await createCertificate(
      'hooks.example.com',
      authority,
      new Date(Date.now() - 3_600_000),
    );
    expect(await sendTo(certificate, 'hooks.example.com', authority.cert)).toEqual({
      reason: 'tls',
      requests: 0,
    });
  });

  it('that the operator allows by name is verified all the same', async () => {
    const certificate = await createCertificate('hooks.example.com');
    const endpoint = await startEndpoint((socket) => socket.write(received), certificate);
    const allowed = { ...publicDestinationsOnly, hosts: new Set(['hooks.example.com']) };
    const { sender } = createSender({ names: await namesBy(() => ['127.0.0.1']) });
    const { reason } = await sender.send(
      webhookTo(`https://hooks.example.com:${endpoint.port}/`, { allowed }),
    );
    expect(reason).toBe('tls');
    expect(endpoint.requests.length).toBe(0);
  });

  it('that speaks plain HTTP is the failure tls', async () => {
    const endpoint = await startEndpoint(() => {});
    const { sender } = createSender();
    const sent = sender.send(webhookTo(`https://127.0.0.1:${endpoint.port}/`));
    while (endpoint.sockets.length === 0) await oneTurn();
    endpoint.sockets[0]?.write('HTTP/1.1 400 Bad Request\r\n\r\n');
    expect((await sent).reason).toBe('tls');
  });

  it('that closes during the handshake is the failure tls, and one that never answers it timeout', async () => {
    const endpoint = await startEndpoint(() => {});
    const { sender } = createSender({ timeoutMs: 500 });
    const send = () => sender.send(webhookTo(`https://127.0.0.1:${endpoint.port}/`));
    const sent = send();
    while (endpoint.sockets.length === 0) await oneTurn();
    endpoint.sockets[0]?.destroy();
    expect((await sent).reason).toBe('tls');
    expect((await send()).reason).toBe('timeout');
  });

  it('that nobody serves is the failure connection', async () => {
    const endpoint = await startEndpoint(() => {});
    await stopEndpoints();
    const { reason } = await createSender().sender.send(webhookTo(`https://127.0.0.1:${endpoint.port}/`));
    expect(reason).toBe('connection');
  });
});

describe('a name with the dot of the DNS root', () => {
  it.each(['https', 'http'])('is sent without it, in SNI and Host, over %s', async (scheme) => {
    const certificate = await createCertificate('hooks.example.com', authority);
    const names: (string | undefined)[] = [];
    const endpoint = await startEndpoint(
      (socket) => {
        if (socket instanceof TLSSocket) names.push(socket.servername || undefined);
        socket.write(received);
      },
      scheme === 'https' ? certificate : undefined,
    );
    const { sender } = createSender({ names: await namesBy(() => ['127.0.0.1']), ca: authority.cert });
    const url = `${scheme}://hooks.example.com.:${endpoint.port}/in?`;
    const { reason, requestHeaders } = await sender.send(webhookTo(url));
    expect(reason).toBeNull();
    expect(requestHeaders['Host']).toBe(`hooks.example.com:${endpoint.port}`);
    const request = endpoint.requests[0]!.toString('latin1');
    expect(request).toMatch(/^POST \/in\? HTTP\/1\.1\r\nHost: hooks\.example\.com:\d+\r\n/);
    expect(names).toEqual(scheme === 'https' ? ['hooks.example.com'] : []);
  });

  it('an address is no name: SNI has none', async () => {
    const certificate = await createCertificate('127.0.0.1', authority);
    const names: unknown[] = [];
    const endpoint = await startEndpoint((socket) => {
      names.push((socket as TLSSocket & { servername: unknown }).servername);
      socket.write(received);
    }, certificate);
    const { sender } = createSender({ ca: authority.cert });
    expect((await sender.send(webhookTo(`https://127.0.0.1:${endpoint.port}/`))).reason).toBeNull();
    expect(names).toEqual([false]);
  });
});
