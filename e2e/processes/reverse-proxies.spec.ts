/** Runs the proxies with the very blocks of docs/operations/reverse-proxy.md, in front of a server that says what it is sent. */
import { freePort } from '@belfry/kit/ports';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import {
  adapted,
  blockOf,
  nginxAround,
  programOf,
  startProxy,
  type Proxy,
  type ProxySetup,
} from '@belfry/kit/proxies';

/** The name in the page's blocks. */
const site = 'notifications.example.com';

interface Place {
  readonly folder: string;
  readonly port: number;
  readonly upstream: number;
}

const proxies: Record<string, (place: Place) => ProxySetup> = {
  nginx: ({ folder, port, upstream }) =>
    nginxAround(
      folder,
      adapted(blockOf('## nginx', 'nginx'), [
        ['listen 443 ssl', `listen 127.0.0.1:${port} ssl`],
        ['127.0.0.1:3000', `127.0.0.1:${upstream}`],
        ['/etc/ssl/notifications.example.com', folder],
      ]),
    ),
  haproxy: ({ folder, port, upstream }) => ({
    file: 'haproxy.cfg',
    text: adapted(blockOf('## HAProxy', 'haproxy'), [
      ['bind :443', `bind 127.0.0.1:${port}`],
      ['127.0.0.1:3000', `127.0.0.1:${upstream}`],
      ['/etc/haproxy/notifications.example.com.pem', join(folder, 'both.pem')],
    ]),
    args: ['-f', join(folder, 'haproxy.cfg')],
  }),
  caddy: ({ folder, port, upstream }) => ({
    file: 'Caddyfile',
    text: `{
  admin off
  auto_https disable_redirects
  storage file_system ${folder}
}
${adapted(blockOf('## Caddy', 'caddy'), [
  [
    'notifications.example.com {',
    `https://${site}:${port} {
  bind 127.0.0.1
  tls ${folder}/fullchain.pem ${folder}/privkey.pem`,
  ],
  ['127.0.0.1:3000', `127.0.0.1:${upstream}`],
])}`,
    args: ['run', '--adapter', 'caddyfile', '--config', join(folder, 'Caddyfile')],
  }),
};

describe.each(Object.entries(proxies))('%s as the page sets it up', (name, configure) => {
  const program = programOf(name);
  const here = program === undefined ? it.skip : it;
  let port: number;
  let upstream: Server;
  let proxy: Proxy | undefined;
  let received: { url: string; headers: IncomingMessage['headers']; bytes: number }[] = [];

  beforeAll(async () => {
    if (program === undefined) return;
    const folder = mkdtempSync(join(tmpdir(), `belfry-${name}-`));
    const { private: key, cert } = await generate([{ name: 'commonName', value: site }], {
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: site }] }],
    });
    writeFileSync(join(folder, 'fullchain.pem'), cert);
    writeFileSync(join(folder, 'privkey.pem'), key);
    writeFileSync(join(folder, 'both.pem'), `${cert}\n${key}`);
    upstream = createServer((incoming, answer) => {
      let bytes = 0;
      incoming.on('data', (chunk: Buffer) => (bytes += chunk.length));
      incoming.on('end', () => {
        received.push({ url: incoming.url!, headers: incoming.headers, bytes });
        answer.end('ok');
      });
    });
    await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
    port = await freePort();
    const place = { folder, port, upstream: (upstream.address() as AddressInfo).port };
    proxy = await startProxy(program, folder, port, configure(place));
  });
  afterAll(async () => {
    await proxy?.stop();
    upstream?.closeAllConnections();
    upstream?.close();
  });
  beforeEach(() => (received = []));

  const send = (path: string, headers: Record<string, string> = {}, body = Buffer.alloc(0)) =>
    new Promise<number>((resolve, reject) => {
      const sent = request(
        {
          host: '127.0.0.1',
          port,
          path,
          method: body.length > 0 ? 'POST' : 'GET',
          headers: { Host: site, ...headers },
          servername: site,
          rejectUnauthorized: false,
        },
        (answer) => {
          answer.resume().on('end', () => resolve(answer.statusCode!));
        },
      );
      sent.on('error', reject).end(body);
    });

  here('tells who asks, whatever the client claims, and under which name', async () => {
    expect(await send('/v1/event-types?a=%2F', { 'X-Forwarded-For': '198.51.100.7' })).toBe(200);
    // HAProxy asks for /health/ready meanwhile.
    const { url, headers } = received.find((request) => !request.url.startsWith('/health'))!;
    expect(url).toBe('/v1/event-types?a=%2F');
    expect(headers).toMatchObject({
      host: site,
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'https',
    });
  });

  here('lets a full batch through', async () => {
    expect(
      await send(
        '/v1/events/batch',
        { 'Content-Type': 'application/json' },
        Buffer.alloc(4 * 1024 * 1024, 'a'),
      ),
    ).toBe(200);
    expect(received.find(({ url }) => url === '/v1/events/batch')?.bytes).toBe(4 * 1024 * 1024);
  });

  here.each([
    '/metrics',
    '/metrics/',
    '/metrics?x',
    '/%6Detrics',
    '//metrics',
    '/METRICS',
    '/./metrics',
    '/x/../metrics',
  ])('keeps %s inside', async (path) => {
    await send(path);
    expect(received.filter(({ url }) => /etrics/i.test(url) && reachesMetrics(url))).toEqual([]);
  });
});

/** Whether Belfry would take this for its path of metrics: it decodes, and neither merges slashes nor resolves dots. */
function reachesMetrics(url: string): boolean {
  return /^\/metrics\/?$/.test(decodeURIComponent(url.split('?')[0]!));
}
