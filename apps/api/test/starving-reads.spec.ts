/** What one account reads and changes holds up neither publishers nor other accounts. */
import { expectProblem } from '@belfry/kit/expect-problem';
import { waitFor } from '@belfry/kit/waiting';
import { Client } from 'pg';
import { platformForThisFile } from './server.fixture.js';

const platform = platformForThisFile(() => ({ RATE_LIMIT_PER_KEY: '100000' }));
const readsOfAnAccount = 16;
const changesOfAnAccount = 16;

beforeAll(async () => {
  await platform.server.makeAccount(42);
  await platform.server.makeAccount(43);
});

/** Takes a lock, by default one for which every read of the audit log waits, until `letGo` ends it. */
async function holdUp(
  lock = 'LOCK TABLE audit_log IN ACCESS EXCLUSIVE MODE',
): Promise<{ letGo(): Promise<void> }> {
  const client = new Client({ connectionString: platform.databaseUrl });
  await client.connect();
  await client.query('BEGIN');
  await client.query(lock);
  return { letGo: () => client.end() };
}
const readLog = (account: number) => platform.server.get(`/v1/accounts/${account}/audit-log`);
const publish = () =>
  platform.server.post('/v1/events', {
    event_type: 'integration_created',
    environment: 'production',
    account_id: 43,
    data: { integration_id: 3, integration_name: 'CRM sync' },
  });

it('of an account that reads without end a few are answered, and the others told when to come back; publishing goes on', async () => {
  const held = await holdUp();
  let refused = 0;
  const reads = Array.from({ length: 40 }, async () => {
    const answer = await readLog(42);
    if (answer.status === 429) refused += 1;
    return answer;
  });
  await waitFor(() => refused === 40 - readsOfAnAccount);
  expect((await publish()).status).toBe(202);
  expect((await platform.server.get('/v1/accounts/43')).status).toBe(200);
  await held.letGo();
  const answers = await Promise.all(reads);
  const tooMany = answers.filter(({ status }) => status === 429);
  expect(tooMany).toHaveLength(40 - readsOfAnAccount);
  for (const answer of tooMany) {
    expectProblem(answer, 429, 'rate-limited');
    expect(answer.headers.get('retry-after')).toBe('1');
  }
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(readsOfAnAccount);
});

it('while reads are stuck, events are stored; a read that takes too long is answered 503, and says what to do', async () => {
  const held = await holdUp();
  try {
    const stuck = [readLog(42), readLog(42), readLog(42)];
    for (let event = 0; event < 20; event += 1) expect((await publish()).status).toBe(202);
    const answer = await Promise.race(stuck);
    expectProblem(answer, 503, 'storage-unavailable');
    expect(answer.body.detail).toMatch(/took too long/);
    expect(answer.headers.get('retry-after')).not.toBeNull();
    await Promise.all(stuck);
  } finally {
    await held.letGo();
  }
  expect((await readLog(42)).status).toBe(200);
});

it('of an account that changes its settings without end one change is made at a time; publishing goes on, and so does the platform', async () => {
  const held = await holdUp('SELECT FROM notification_settings WHERE account_id = 42 FOR UPDATE');
  const asAccount = await platform.server.makeKey(['settings:write'], 42);
  const settings = (name: string) => ({
    events: { run_failed: { email_subscribers: [`${name}@a.example.com`] } },
  });
  let refused = 0;
  const changes = Array.from({ length: 40 }, async (_, number) => {
    const path = '/v1/accounts/42/notification-settings';
    const answer = await platform.server.patch(path, settings(`s${number}`), asAccount);
    if (answer.status === 429) refused += 1;
    return answer;
  });
  try {
    await waitFor(() => refused === 40 - changesOfAnAccount);
    expect((await publish()).status).toBe(202);
    const other = await platform.server.patch('/v1/accounts/43/notification-settings', settings('other'));
    expect(other.status).toBe(200);
  } finally {
    await held.letGo();
  }
  const answers = await Promise.all(changes);
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(changesOfAnAccount);
  for (const answer of answers.filter(({ status }) => status !== 200)) {
    expectProblem(answer, 429, 'rate-limited');
    expect(answer.headers.get('retry-after')).toBe('1');
  }
});
