import { closeSenders, createSender, makeKnown, oneTurn, webhookTo } from './sender.fixture.js';
import { received, startEndpoint, stopEndpoints } from './raw-endpoint.fixture.js';

afterEach(async () => {
  await closeSenders();
  await stopEndpoints();
});

const eventId = '01932f6e-7c00-7000-8000-000000000001';

/** The request split as a receiver reads it: request line, headers with names in lower case, the body's bytes. */
function read(request: Buffer) {
  const headEnd = request.indexOf('\r\n\r\n');
  const [line, ...headers] = request.toString('latin1', 0, headEnd).split('\r\n');
  const pairs = headers.map((header) => header.split(': ', 2));
  return {
    line,
    headers: pairs.map(([name = '', value]) => [name.toLowerCase(), value]).sort(),
    body: request.subarray(headEnd + 4),
  };
}

describe('a webhook on the wire', () => {
  it('is one POST with the listed headers, no others, and the body byte for byte', async () => {
    const endpoint = await startEndpoint((socket) => socket.write(received));
    const body = '{"tenant_name":"Grüße 🎉 \\u0000","n":9007199254740991}';
    const url = `http://127.0.0.1:${endpoint.port}/in/%C3%BC?token=s3cret&x=a%20b#fragment`;
    const outcome = await createSender().sender.send(webhookTo(url, { body }));

    expect(outcome.reason).toBeNull();
    expect(endpoint.requests.length).toBe(1);
    const request = read(endpoint.requests[0]!);
    expect(request.line).toBe('POST /in/%C3%BC?token=s3cret&x=a%20b HTTP/1.1');
    expect(request.headers).toEqual([
      ['accept', '*/*'],
      ['content-length', String(Buffer.byteLength(body))],
      ['content-type', 'application/json'],
      ['host', `127.0.0.1:${endpoint.port}`],
      ['user-agent', 'Belfry/1.2.3'],
      ['webhook-id', eventId],
    ]);
    expect(request.body.equals(Buffer.from(body, 'utf8'))).toBe(true);
  });

  it('is reported with the very headers that were sent, for the first and for a reused connection', async () => {
    const endpoint = await startEndpoint((socket) => socket.write(received));
    const created = createSender({ watchMs: 1 });
    const url = `http://127.0.0.1:${endpoint.port}/`;
    await makeKnown(created, url);
    for (const number of [1, 2]) {
      const { requestHeaders } = await created.sender.send(webhookTo(url));
      const reported = Object.entries(requestHeaders).map(([name, value]) => [name.toLowerCase(), value]);
      expect(reported.sort()).toEqual(read(endpoint.requests[number]!).headers);
      await oneTurn();
    }
    expect(endpoint.sockets.length).toBe(2);
  });

  it('goes to its endpoint whatever proxy the environment names', async () => {
    const proxy = await startEndpoint((socket) => socket.write(received));
    const endpoint = await startEndpoint((socket) => socket.write(received));
    const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'all_proxy'];
    const before = { ...process.env };
    for (const name of names) process.env[name] = `http://127.0.0.1:${proxy.port}`;
    try {
      const outcome = await createSender().sender.send(webhookTo(`http://127.0.0.1:${endpoint.port}/`));
      expect(outcome.reason).toBeNull();
    } finally {
      for (const name of names) {
        if (before[name] === undefined) Reflect.deleteProperty(process.env, name);
        else process.env[name] = before[name];
      }
    }
    expect(endpoint.requests.length).toBe(1);
    expect(proxy.sockets.length).toBe(0);
  });

  it('says nothing of the URL where it is not a URL', async () => {
    const { sender } = createSender();
    for (const url of ['http://[broken/?token=s3cret', 'ftp://hooks.example.com/?token=s3cret']) {
      const error: unknown = await sender.send(webhookTo(url)).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Error);
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('s3cret');
    }
  });
});
