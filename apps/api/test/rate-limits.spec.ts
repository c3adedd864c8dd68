import { platformForThisFile } from './server.fixture.js';

const platform = platformForThisFile(() => ({ RATE_LIMIT_PER_KEY: '5', RATE_LIMIT_REFUSALS: '20' }));

const list = (headers: { authorization: string }) =>
  platform.server.request('GET', '/v1/accounts', undefined, headers);

it('a key that asks too often is told when to come back, and another is not slowed by it', async () => {
  const [busy, calm] = [
    await platform.server.makeKey(['settings:read']),
    await platform.server.makeKey(['settings:read']),
  ];
  const answers = await Promise.all(Array.from({ length: 20 }, () => list(busy)));
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThanOrEqual(10);
  expect(refused[0]).toMatchObject({ body: { type: '/problems/rate-limited', status: 429 } });
  expect(refused[0]!.headers.get('retry-after')).toBe('1');
  expect((await list(calm)).status).toBe(200);
});

it('an address that keeps guessing keys is not listened to any more', async () => {
  const statuses: number[] = [];
  for (let guess = 0; guess < 25; guess += 1)
    statuses.push((await list({ authorization: `Bearer guess-${guess}` })).status);
  expect(statuses.slice(0, 20)).toEqual(Array<number>(20).fill(401));
  expect(statuses.slice(21)).toEqual(Array<number>(4).fill(429));
});
