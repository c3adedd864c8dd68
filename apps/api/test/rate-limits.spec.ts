import type { SentHeaders } from '@belfry/kit/rest-client';
import { expectProblem } from '@belfry/kit/expect-problem';
import { platformForThisFile } from './server.fixture.js';

const platform = platformForThisFile(() => ({
  RATE_LIMIT_PER_KEY: '60',
  RATE_LIMIT_REFUSALS: '20',
  ACCOUNT_REQUESTS_PER_SECOND: '10',
  TRUST_PROXY: '127.0.0.1, 10.0.0.0/8',
}));

const list = (headers: SentHeaders) => platform.server.get('/v1/accounts', headers);
const event = {
  event_type: 'integration_created',
  environment: 'production',
  account_id: 42,
  data: { integration_id: 3, integration_name: 'CRM sync' },
};

/** A request through the proxies that the process trusts, of a client at this address. */
const from = (client: string, headers: SentHeaders = {}) =>
  list({ authorization: undefined, 'x-forwarded-for': `203.0.113.99, ${client}, 10.1.2.3`, ...headers });

let guesses = 0;
const guess = () => ({ authorization: `Bearer belfry_${String((guesses += 1)).padStart(64, '0')}` });

/** Asks so often with keys that are made up that the address is not listened to any more. */
async function spoil(client: string): Promise<void> {
  for (let time = 0; time < 25; time += 1) await from(client, guess());
  expect((await from(client, guess())).status).toBe(429);
}

/** Lets the limits of a second go by. */
const untilServed = async (ask: () => Promise<{ status: number }>) => {
  while ((await ask()).status === 429);
};

beforeAll(() => platform.server.makeAccount(42));

it('a key that asks too often is told when to come back, and another is not slowed by it', async () => {
  const [busy, calm] = [
    await platform.server.makeKey(['settings:read']),
    await platform.server.makeKey(['settings:read']),
  ];
  const answers = await Promise.all(Array.from({ length: 200 }, () => list(busy)));
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThanOrEqual(20);
  expectProblem(refused[0]!, 429, 'rate-limited');
  expect(refused[0]!.headers.get('retry-after')).toBe('1');
  expect((await list(calm)).status).toBe(200);
});

describe('an address that comes with keys, sessions or links that are made up', () => {
  it('is not listened to any more', async () => {
    const statuses: number[] = [];
    for (let time = 0; time < 25; time += 1) statuses.push((await from('198.51.100.1', guess())).status);
    expect(statuses).toEqual([...Array<number>(20).fill(401), ...Array<number>(5).fill(429)]);
    expectProblem(await from('198.51.100.1'), 429, 'rate-limited');
  });

  it.each<[string, (number: number, headers: SentHeaders) => Promise<{ status: number }>, number]>([
    ['no key at all', (_number, headers) => platform.server.post('/v1/events', event, headers), 401],
    [
      'text that is no key',
      (number, headers) => list({ ...headers, authorization: `Bearer guess-${number}` }),
      401,
    ],
    [
      'sessions',
      (number, headers) =>
        platform.server.get('/v1/session', {
          ...headers,
          cookie: `belfry_session_42=${String(number).padStart(64, '0')}`,
        }),
      401,
    ],
    [
      'links',
      (number, headers) => platform.server.get(`/portal/${String(number).padStart(64, '0')}`, headers),
      303,
    ],
    ['text that is no link', (number, headers) => platform.server.get(`/portal/${number}`, headers), 303],
  ])('be it %s', async (what, ask, status) => {
    const headers = { authorization: undefined, 'x-forwarded-for': `198.51.100.${10 + what.length}` };
    const statuses: number[] = [];
    for (let time = 0; time < 25; time += 1) statuses.push((await ask(time, headers)).status);
    expect(statuses).toEqual([...Array<number>(20).fill(status), ...Array<number>(5).fill(429)]);
  });

  it('spoils it for no good key at the same address, seen before or not, and for no session and no link', async () => {
    const [seen, fresh] = [
      await platform.server.makeKey(['settings:read']),
      await platform.server.makeKey(['settings:read']),
    ];
    const link = await platform.server.request('POST', '/v1/accounts/42/portal-links');
    const client = '198.51.100.2';
    expect((await from(client, seen)).status).toBe(200);
    await spoil(client);
    expect((await from(client, seen)).status).toBe(200);
    expect((await from(client, fresh)).status).toBe(200);
    const at = { authorization: undefined, 'x-forwarded-for': client };
    const opened = await platform.server.get(new URL(link.body.url).pathname, at);
    const cookie = opened.headers.get('set-cookie')!.split(';')[0]!;
    expect((await platform.server.get('/v1/accounts/42', { ...at, cookie })).status).toBe(200);
    expect((await platform.server.get('/v1/session', { ...at, cookie })).status).toBe(200);
    expect((await from(client, guess())).status).toBe(429);
  });

  it('spoils it for no other address, whatever it says that it is', async () => {
    await spoil('198.51.100.3');
    expect((await from('198.51.100.4', guess())).status).toBe(401);
    expect((await from('198.51.100.4, 198.51.100.3', guess())).status).toBe(429);
    // Not through a proxy: the process's own neighbour, which is one of those it trusts, speaks for itself.
    expect((await list(guess())).status).toBe(401);
  });

  it('is a whole /64 of IPv6, and no more', async () => {
    for (let time = 0; time < 25; time += 1) await from(`2001:db8:1:2::${time + 1}`, guess());
    expect((await from('2001:db8:1:2:ffff::1', guess())).status).toBe(429);
    expect((await from('2001:db8:1:3::1', guess())).status).toBe(401);
  });
});

describe('the requests of one account', () => {
  it('count together, whichever of its keys and sessions they come with, and slow no other account', async () => {
    await platform.server.makeAccount(43);
    const [one, two, other] = [
      await platform.server.makeKey(['settings:read'], 42),
      await platform.server.makeKey(['settings:read'], 42),
      await platform.server.makeKey(['settings:read'], 43),
    ];
    const link = await platform.server.request('POST', '/v1/accounts/42/portal-links');
    const opened = await fetch(link.body.url, { redirect: 'manual' });
    const session = { authorization: undefined, cookie: opened.headers.get('set-cookie')!.split(';')[0] };
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, number) => list([one, two, session][number % 3]!)),
    );
    const refused = answers.filter(({ status }) => status === 429);
    // In one second ten of them may pass, and they took less than four.
    expect(refused.length).toBeGreaterThanOrEqual(20);
    expect(refused[0]!.body.detail).toContain('for this account');
    expect(refused[0]!.headers.get('retry-after')).toBe('1');
    expect((await list(other)).status).toBe(200);
    await untilServed(() => list(one));
  });

  it('are not those that the platform makes for it', async () => {
    await untilServed(() => list({}));
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => platform.server.post('/v1/events', event)),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
  });
});
