import { expectProblem } from '@belfry/kit/expect-problem';
import { Endpoint } from '@belfry/kit/endpoint';
import { query } from '@belfry/kit/databases';
import { platformForThisFile } from './server.fixture.js';

const platform = platformForThisFile(() => ({
  WEBHOOK_ALLOWED_CIDRS: '10.9.0.0/16, fd00:9::/32',
  WEBHOOK_ALLOWED_HOSTS: 'hooks.internal, build:8080',
}));
const path = '/v1/accounts/42/notification-settings';
const stored = {
  webhook_url: 'https://hooks.example.com/in?token=s3cret',
  events: { run_failed: { send_webhook: true, email_subscribers: ['ops@example.com'] } },
};
const longest = (length: number) => 'https://hooks.example.com/'.padEnd(length, 'x');

beforeAll(() => platform.server.makeAccount(42, stored));

describe('is refused, with the reason, and the settings stay as they were:', () => {
  it.each<[string, RegExp]>([
    ['', /empty/],
    ['hooks.example.com/in', /complete http or https URL/],
    ['/in', /complete http or https URL/],
    ['https://', /complete http or https URL/],
    ['https://hooks.example.com:99999/', /complete http or https URL/],
    ['https://ho oks.example.com/', /complete http or https URL/],
    ['ftp://hooks.example.com/in', /must be an http or https URL/],
    ['file:///etc/passwd', /must be an http or https URL/],
    ['javascript:alert(1)', /must be an http or https URL/],
    ['https://user:password@hooks.example.com/in', /without a user name or password/],
    ['https://token@hooks.example.com/in', /without a user name or password/],
    ['https://hooks.example.com/in#part', /without a fragment/],
    ['https://hooks.example.com:0/in', /port from 1/],
    ['https://hooks.example.com/in\nX-Header: 1', /without line breaks/],
    [longest(2049), /at most 2048 characters/],
    ['https://hooks.example.com/in?***', /masked/],
    ['https://hooks.example.com/in?token=***', /masked/],
    ['http://10.0.0.1/in', /public address.*private \(RFC 1918\)/],
    ['http://172.16.0.1/in', /public address.*private/],
    ['http://192.168.1.1/in', /public address.*private/],
    ['http://127.0.0.1/in', /public address.*loopback/],
    ['http://2130706433/in', /public address: 127\.0\.0\.1 is loopback/],
    ['http://0x7f000001/in', /public address: 127\.0\.0\.1 is loopback/],
    ['http://0177.0.0.1/in', /public address: 127\.0\.0\.1 is loopback/],
    ['http://127.1/in', /public address: 127\.0\.0\.1 is loopback/],
    ['http://%31%32%37.0.0.1/in', /public address: 127\.0\.0\.1 is loopback/],
    ['http://１２７.0.0.1/in', /public address: 127\.0\.0\.1 is loopback/],
    ['http://0.0.0.0/in', /public address.*this network/],
    ['http://169.254.169.254/latest/meta-data', /public address.*link-local/],
    ['http://100.64.0.1/in', /public address.*carriers/],
    ['http://224.0.0.1/in', /public address.*multicast/],
    ['http://[::1]/in', /public address.*loopback/],
    ['http://[::ffff:127.0.0.1]/in', /public address.*loopback/],
    ['http://[fe80::1]/in', /public address.*link-local/],
    ['http://[fd00:8::1]/in', /public address.*unique local/],
    ['http://[64:ff9b::10.0.0.1]/in', /public address.*private/],
    ['http://localhost/in', /public address.*loopback/],
    ['http://localhost.:3000/in', /public address.*loopback/],
    ['http://api.localhost/in', /public address.*loopback/],
    ['http://printer.local/in', /public address.*multicast DNS/],
    ['http://metadata.google.internal/in', /public address.*private networks/],
    ['http://intranet/in', /public address.*without a domain/],
    ['http://build:8081/in', /public address.*without a domain/],
    ['http://10.10.0.1/in', /public address.*private/],
  ])('%s', async (url, reason) => {
    const before = await platform.server.get(path);
    for (const method of ['put', 'patch'] as const) {
      const answer = await platform.server[method](path, { ...stored, webhook_url: url });
      expectProblem(answer, 400, 'validation', [
        { pointer: '/webhook_url', message: expect.stringMatching(reason) },
      ]);
    }
    const after = await platform.server.get(path);
    expect(after.body).toEqual(before.body);
    expect(after.headers.get('etag')).toBe(before.headers.get('etag'));
  });
});

describe('is taken:', () => {
  it.each([
    'https://hooks.example.com/in?token=s3cret',
    'http://hooks.example.com/',
    'https://hooks.example.com:8443/a/b?x=%20y&x=2',
    'http://93.184.215.14/in',
    'http://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/in',
    longest(2048),
    'http://10.9.8.7:8080/in',
    'http://[fd00:9::1]/in',
    'http://hooks.internal/in',
    'http://hooks.internal:9000/in',
    'http://build:8080/in',
  ])('%s', async (url) => {
    const answer = await platform.server.patch(path, { webhook_url: url });
    expect(answer).toMatchObject({ status: 200, body: { webhook_url: url } });
  });

  it.each([
    ['  https://hooks.example.com/in \n', 'https://hooks.example.com/in'],
    ['HTTPS://Hooks.Example.COM', 'https://hooks.example.com/'],
    ['https://hooks.example.com:443/a/../in', 'https://hooks.example.com/in'],
    ['https://bücher.example.com/in', 'https://xn--bcher-kva.example.com/in'],
  ])('%j, in its normal form', async (url, normal) => {
    expect((await platform.server.put(path, { webhook_url: url })).body.webhook_url).toBe(normal);
  });
});

it('an address that was allowed when it was set, and is no longer when it is to be sent: no request leaves', async () => {
  const endpoint = await Endpoint.start();
  try {
    const events = { integration_created: { send_webhook: true } };
    await platform.server.makeAccount(43, { webhook_url: stored.webhook_url, events });
    // As it was stored under other settings of the process.
    const url = `http://localhost:${endpoint.port}/in`;
    await query(
      platform.databaseUrl,
      `UPDATE notification_settings SET webhook_url = '${url}' WHERE account_id = 43`,
    );
    const data = { integration_id: 3, integration_name: 'CRM sync' };
    const event = { event_type: 'integration_created', environment: 'production', account_id: 43, data };
    expect((await platform.server.post('/v1/events', event)).status).toBe(202);
    const deliveries = await platform.server.finishedDeliveries(43, 2);
    const { delivery_id } = deliveries.find(({ channel }) => channel === 'webhook')!;
    const { body } = await platform.server.get(`/v1/accounts/43/deliveries/${delivery_id}`);
    expect(body).toMatchObject({
      destination: url,
      status: 'failed',
      reason: 'blocked_address',
      attempts: [{ outcome: 'failed', reason: 'blocked_address', response: null }],
    });
    expect(endpoint.requests).toHaveLength(0);
  } finally {
    await endpoint.stop();
  }
});

it('a secret in the query of a refused URL is in no part of the answer', async () => {
  const refused = [
    'http://10.0.0.1/in?token=s3cret',
    'ftp://hooks.example.com/in?token=s3cret',
    'https://u:p@hooks.example.com/in?token=s3cret',
    'no-url?token=s3cret',
    `https://hooks.example.com/${'x'.repeat(2048)}?token=s3cret`,
  ];
  for (const url of refused) {
    const answer = await platform.server.patch(path, { webhook_url: url });
    expectProblem(answer, 400, 'validation');
    expect(JSON.stringify(answer.body)).not.toContain('s3cret');
  }
  const malformed = await platform.server.patch(
    path,
    '{"webhook_url": "https://hooks.example.com/in?token=s3cret" oops}',
  );
  expectProblem(malformed, 400, 'validation');
  expect(JSON.stringify(malformed.body)).not.toContain('s3cret');
  expect(platform.server.output).not.toContain('s3cret');
});
