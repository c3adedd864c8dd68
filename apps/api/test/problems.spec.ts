import type { Answer } from '@belfry/kit/rest-client';
import { expectProblem } from '@belfry/kit/expect-problem';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { platformForThisFile } from './server.fixture.js';

const platform = platformForThisFile();
const account = '/v1/accounts/42';
const settings = `${account}/notification-settings`;
const events = '/v1/events';
const event = {
  event_type: 'integration_created',
  environment: 'production',
  account_id: 42,
  data: { integration_id: 3, integration_name: 'CRM sync' },
};

beforeAll(() => platform.server.makeAccount(42));

describe('400: a body that is no JSON document', () => {
  it.each<[string, string | Uint8Array, RegExp]>([
    ['is empty', '', /required|must be an object/],
    ['is white space', ' \n', /not valid JSON/],
    ['ends in the middle', '{"webhook_url": "https://hooks', /not valid JSON/],
    ['has something after it', '{} {}', /not valid JSON from character 3 on/],
    ['is a form', 'webhook_url=https%3A%2F%2Fhooks.example.com', /not valid JSON/],
    ['has a comma too many', '{"webhook_url": null,}', /not valid JSON/],
    ['is not UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22]), /not valid UTF-8/],
    ['is UTF-8 cut in a character', Buffer.from('"ü').subarray(0, 2), /not valid UTF-8/],
    ['is UTF-16', Buffer.from('\ufeff{}', 'utf16le'), /not valid UTF-8/],
  ])('that %s', async (_what, body, detail) => {
    for (const [method, path] of [
      ['PUT', settings],
      ['PATCH', settings],
      ['POST', events],
      ['PUT', account],
    ] as const) {
      const answer = await platform.server.request(method, path, body);
      expectProblem(answer, 400, 'validation', [{ pointer: '' }]);
      expect(answer.body.detail).toMatch(detail);
    }
  });

  it('but a byte order mark before it is passed over, as RFC 8259 section 8.1 lets it be', async () => {
    const body = Buffer.from('\ufeff' + JSON.stringify(event));
    expect((await platform.server.post(events, body)).status).toBe(202);
  });

  it('and a path that is no text', async () => {
    expectProblem(await platform.server.get('/v1/accounts/%E0%A4%A'), 400, 'bad-request');
  });
});

describe('401: no key, or none that is known', () => {
  it.each<[string, string | undefined]>([
    ['nothing', undefined],
    ['a key that is not known', 'Bearer belfry_0000'],
    ['another scheme', `Basic ${Buffer.from('user:test-key-of-the-platform').toString('base64')}`],
    ['the key without a scheme', 'test-key-of-the-platform'],
    ['the scheme without a key', 'Bearer'],
    ['the scheme and blanks', 'Bearer    '],
    ['two keys', 'Bearer test-key-of-the-platform test-key-of-the-platform'],
    ['the key and a comma', 'Bearer test-key-of-the-platform,'],
    ['the key in other letter case', 'Bearer TEST-KEY-OF-THE-PLATFORM'],
    ['a key of 300 characters', `Bearer ${'k'.repeat(300)}`],
  ])('%s', async (_what, authorization) => {
    for (const [method, path] of [
      ['GET', account],
      ['POST', events],
    ] as const) {
      const answer = await platform.server.request(method, path, method === 'POST' ? event : undefined, {
        authorization,
      });
      expectProblem(answer, 401, 'unauthorized');
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    }
  });

  it('but the scheme may be written in any letter case, as RFC 9110 section 11.1 has it', async () => {
    const authorization = 'bEARER test-key-of-the-platform';
    expect((await platform.server.get(account, { authorization })).status).toBe(200);
  });
});

it('403: a key without the scope is told which one it would need', async () => {
  const reader = await platform.server.makeKey(['settings:read']);
  const answer = await platform.server.put(settings, {}, reader);
  expectProblem(answer, 403, 'forbidden');
  expect(answer.body.detail).toContain('settings:write');
});

it.each([
  '/v1',
  '/v1/account',
  '/v2/events',
  '/v1/accounts/42/settings',
  // A slash too many leads nowhere: 405 would say that the address takes GET.
  '/v1/accounts/42/',
  '/v1/accounts/',
  '/v1/accounts//events',
  '/docs/assets/nothing.js',
  '/docs/assets/../../package.json',
  '/docs/assets/%2e%2e%2fpackage.json',
  '/.env',
])('404: there is nothing at %s', async (path) => {
  expectProblem(await platform.server.get(path), 404, 'not-found');
});

it.each<[string, string, string[]]>([
  ['DELETE', settings, ['GET', 'PATCH', 'PUT']],
  ['PATCH', account, ['DELETE', 'GET', 'PUT']],
  ['POST', settings, ['GET', 'PATCH', 'PUT']],
  ['GET', events, ['POST']],
  ['GET', '/v1/events/batch', ['POST']],
  ['PUT', '/v1/api-keys', ['GET', 'POST']],
  ['POST', '/health/live', ['GET']],
  ['POST', '/openapi.json', ['GET']],
])('405: %s %s is told what the address takes', async (method, path, takes) => {
  const answer = await platform.server.request(method, path);
  expectProblem(answer, 405, 'method-not-allowed');
  expect(
    answer.headers
      .get('allow')!
      .split(', ')
      .filter((name) => name !== 'HEAD'),
  ).toEqual(takes);
});

describe('413: a body over 64 KiB', () => {
  const limit = 64 * 1024;
  const ofSize = (bytes: number, body: object) => {
    const json = JSON.stringify(body);
    return json.slice(0, 1) + ' '.repeat(bytes - json.length) + json.slice(1);
  };

  it.each<[string, string, object, number]>([
    ['POST', events, event, 202],
    ['PUT', settings, { webhook_url: null }, 200],
    ['PATCH', settings, { webhook_url: null }, 200],
    ['PUT', account, { account_name: 'Acme', primary_contact: { email: 'pat@acme.example.com' } }, 200],
  ])('by %s %s; one of 64 KiB is taken', async (method, path, body, status) => {
    expect((await platform.server.request(method, path, ofSize(limit, body))).status).toBe(status);
    expectProblem(
      await platform.server.request(method, path, ofSize(limit + 1, body)),
      413,
      'body-too-large',
    );
  });

  it('sent in pieces, without its length said before', async () => {
    const answer = await sendRaw([
      'POST /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer test-key-of-the-platform\r\n' +
        'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n',
      ...Array<string>(17).fill(`1000\r\n${' '.repeat(4096)}\r\n`),
      '0\r\n\r\n',
    ]);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toContain('application/problem+json');
  });
});

describe('415: a body that is not said to be JSON', () => {
  it.each<string | undefined>([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json-patch+json',
    'application/jsonp',
    'application/xml',
    'text/json',
    'json',
    undefined,
  ])('%s', async (type) => {
    for (const method of ['PUT', 'PATCH']) {
      expectProblem(
        await platform.server.request(method, settings, {}, { 'content-type': type }),
        415,
        'unsupported-media-type',
      );
    }
    expectProblem(
      await platform.server.post(events, event, { 'content-type': type }),
      415,
      'unsupported-media-type',
    );
  });

  it('nor one that is packed, which is told to come as it is', async () => {
    for (const coding of ['gzip', 'br', 'GZIP', 'identity, gzip', 'x-unknown']) {
      const packed = gzipSync(JSON.stringify(event));
      const answer = await platform.server.post(events, packed, { 'content-encoding': coding });
      expectProblem(answer, 415, 'unsupported-media-type');
      expect(answer.body.detail).toContain('without Content-Encoding');
      expect(answer.headers.get('accept-encoding')).toBe('identity');
    }
    const identity = { 'content-encoding': 'identity' };
    expect((await platform.server.post(events, event, identity)).status).toBe(202);
  });

  it('a merge patch is for PATCH alone', async () => {
    for (const type of [
      'application/merge-patch+json',
      'Application/Merge-Patch+JSON',
      'application/merge-patch+json; charset=utf-8',
    ]) {
      const merge = { 'content-type': type };
      expect((await platform.server.patch(settings, {}, merge)).status).toBe(200);
      expectProblem(await platform.server.put(settings, {}, merge), 415, 'unsupported-media-type');
      expectProblem(await platform.server.post(events, event, merge), 415, 'unsupported-media-type');
    }
  });

  it('but letter case and parameters of the type do not matter', async () => {
    for (const type of [
      'Application/JSON',
      'application/json; charset=utf-8',
      'application/json;charset="UTF-8"',
    ]) {
      expect((await platform.server.post(events, event, { 'content-type': type })).status).toBe(202);
    }
  });
});

it('a request without a body where one is needed is refused as a fault of the caller', async () => {
  for (const type of [undefined, 'application/json']) {
    const answer: Answer = await platform.server.request('POST', events, undefined, { 'content-type': type });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      400,
      'application/problem+json; charset=utf-8',
    ]);
    expect(answer.body.type).toMatch(/^\/problems\//);
  }
});

it('the server log says nothing of the faults of callers', () => {
  expect(platform.server.output).not.toContain('request failed');
});

/** Sends bytes as they stand and answers what comes back until the connection ends. */
function sendRaw(pieces: readonly string[]): Promise<string> {
  const { hostname, port } = new URL(platform.server.url);
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(Number(port), hostname, () => {
      for (const piece of pieces) socket.write(piece);
    });
    // The server may end the connection before it has read all that was sent.
    socket.on('error', () => resolve(answer));
    socket.on('data', (bytes) => (answer += String(bytes)));
    socket.on('close', () => resolve(answer));
  });
}
