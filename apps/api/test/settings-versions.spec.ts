import { expectProblem } from './problem.fixture.js';
import { platformForThisFile } from './server.fixture.js';

const platform = platformForThisFile();
const path = '/v1/accounts/42/notification-settings';
const url = 'https://hooks.example.com/in?token=s3cret';
const types = [
  'integration_created',
  'tenant_created',
  'tenant_archived',
  'partner_integration_updated',
  'run_failed',
];

const read = () => platform.server.get(path);

beforeAll(() => platform.server.makeAccount(42, { webhook_url: url }));

it('twenty changes at once, each of its own event type or list, lose none of each other', async () => {
  const changes = types.flatMap((type) => [
    { events: { [type]: { send_webhook: true } } },
    { events: { [type]: { email_subscribers: [`${type}@example.com`] } } },
    { events: { [type]: {} } },
    {},
  ]);
  const answers = await Promise.all(changes.map((change) => platform.server.patch(path, change)));
  expect(answers.map(({ status }) => status)).toEqual(changes.map(() => 200));
  expect((await read()).body.events).toEqual(
    Object.fromEntries(
      types.map((type) => [type, { send_webhook: true, email_subscribers: [`${type}@example.com`] }]),
    ),
  );
  expect(new Set(answers.map(({ headers }) => headers.get('etag'))).size).toBe(changes.length);
});

describe('If-Match', () => {
  const change = { webhook_url: 'https://changed.example.com/' };

  it.each(['put', 'patch'] as const)(
    'lets a %s through by the ETag that was read, and the answer has a new one',
    async (method) => {
      const etag = (await read()).headers.get('etag')!;
      const answer = await platform.server[method](path, change, { 'if-match': `"other" , ${etag}` });
      expect(answer.status).toBe(200);
      expect(answer.headers.get('etag')).not.toBe(etag);
      expect((await read()).headers.get('etag')).toBe(answer.headers.get('etag'));
    },
  );

  it('of * lets a change of any version through', async () => {
    expect((await platform.server.patch(path, change, { 'if-match': '*' })).status).toBe(200);
  });

  it.each(['put', 'patch'] as const)('refuses a %s by an ETag that is old, wrong or weak', async (method) => {
    const old = (await read()).headers.get('etag')!;
    await platform.server.patch(path, {});
    const before = await read();
    const now = before.headers.get('etag')!;
    for (const tag of [old, '"nonsense"', `W/${now}`, now.replaceAll('"', ''), '""', '']) {
      const refused = await platform.server[method](path, change, { 'if-match': tag });
      expectProblem(refused, 412, 'version-mismatch');
      expect(refused.headers.get('etag')).toBe(now);
      const after = await read();
      expect([after.body, after.headers.get('etag')]).toEqual([before.body, now]);
    }
  });

  it('lets one of ten changes of the same version through', async () => {
    const etag = (await read()).headers.get('etag')!;
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, place) =>
        platform.server.patch(
          path,
          { webhook_url: `https://hooks.example.com/${place}` },
          { 'if-match': etag },
        ),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(9).fill(412)]);
    const winner = answers.find(({ status }) => status === 200)!;
    expect((await read()).body).toEqual(winner.body);
  });
});
