import { createTestDatabase, type TestDatabase } from '../database/database.fixture.js';
import { PostgresAccountStore } from './account-store.js';
import { account } from './events.fixture.js';
import { PostgresSettingsStore } from './settings-store.js';
import { audit } from './audit-entry.fixture.js';

let database: TestDatabase;
let accounts: PostgresAccountStore;
let settings: PostgresSettingsStore;
beforeAll(async () => {
  database = await createTestDatabase();
  accounts = new PostgresAccountStore(database.database);
  settings = new PostgresSettingsStore(database.database);
});
beforeEach(() => database.query('DELETE FROM accounts'));
afterAll(() => database.drop());

describe('accounts', () => {
  it('are created once and replaced after, with the time of each', async () => {
    const first = await accounts.put(account(Number.MAX_SAFE_INTEGER), audit);
    expect(first.created).toBe(true);
    const changed = { ...account(Number.MAX_SAFE_INTEGER, 'eve@example.com'), accountName: 'Żółć & Søns' };
    const second = await accounts.put(changed, audit);
    expect(second.created).toBe(false);
    expect(second.account.createdAt).toEqual(first.account.createdAt);
    expect(await accounts.find(Number.MAX_SAFE_INTEGER)).toEqual({ ...second.account, ...changed });
    expect(await accounts.find(1)).toBeNull();
  });

  it('are created once where many create one at the same time', async () => {
    const results = await Promise.all(Array.from({ length: 8 }, () => accounts.put(account(5), audit)));
    expect(results.filter((result) => result.created)).toHaveLength(1);
  });

  it('are created by one of many where each asks for there to be none', async () => {
    const results = await Promise.all(
      Array.from({ length: 8 }, (_none, index) =>
        accounts.put({ ...account(6), accountName: `Made by ${index}` }, audit, (before) => before === null),
      ),
    );
    const made = results.flatMap((result) => ('created' in result ? [result.account] : []));
    expect(made).toHaveLength(1);
    expect(await accounts.find(6)).toEqual(made[0]);
    expect(results.filter((result) => 'mismatch' in result)).toEqual(
      Array.from({ length: 7 }, () => ({ mismatch: made[0] })),
    );
  });

  it('are listed in the order of their ids, after the given one', async () => {
    for (const id of [30, 4, 100, 7]) await accounts.put(account(id), audit);
    const ids = async (after: number, limit: number) =>
      (await accounts.list(after, limit)).items.map((each) => each.accountId);
    expect(await ids(0, 3)).toEqual([4, 7, 30]);
    expect(await ids(30, 3)).toEqual([100]);
  });
});

describe('notification settings', () => {
  const chosen = {
    accountId: 1,
    webhookUrl: 'https://hooks.example.com/in?token=s3cret',
    events: { run_failed: { send_webhook: true, email_subscribers: ['ops@example.com', 'Ada@example.com'] } },
  };

  it('of a new account are untouched, at version 1; a replaced account keeps its own', async () => {
    await accounts.put(account(1), audit);
    expect(await settings.find(1)).toMatchObject({ accountId: 1, webhookUrl: null, events: {}, version: 1 });
    await settings.replace(chosen, 1, audit());
    await accounts.put(account(1), audit);
    expect(await settings.find(1)).toMatchObject({ ...chosen, version: 2 });
    expect(await settings.find(2)).toBeNull();
  });

  it('are answered as they were stored', async () => {
    await accounts.put(account(1), audit);
    const stored = await settings.replace(chosen, 1, audit());
    expect(stored).toMatchObject({ ...chosen, version: 2 });
    expect(await settings.find(1)).toEqual(stored);
  });

  it('are changed by one of many that change the same version', async () => {
    await accounts.put(account(1), audit);
    const results = await Promise.all(
      Array.from({ length: 8 }, (_none, index) =>
        settings.replace({ ...chosen, webhookUrl: `https://hooks.example.com/${index}` }, 1, audit()),
      ),
    );
    const won = results.filter((result) => result !== null);
    expect(won).toHaveLength(1);
    expect(await settings.find(1)).toEqual(won[0]);
  });

  it('never hold a toggle without a URL, whoever writes them', async () => {
    await accounts.put(account(1), audit);
    const toggle = `'{"tenant_created": {"send_webhook": false}, "run_failed": {"send_webhook": true}}'`;
    await expect(database.query(`UPDATE notification_settings SET events = ${toggle}`)).rejects.toThrow(
      'no_toggle_without_url',
    );
    await expect(settings.replace({ ...chosen, webhookUrl: null }, 1, audit())).rejects.toMatchObject({
      constraint: 'no_toggle_without_url',
    });
    await settings.replace(chosen, 1, audit());
    await expect(database.query('UPDATE notification_settings SET webhook_url = NULL')).rejects.toThrow(
      'no_toggle_without_url',
    );
  });
});
