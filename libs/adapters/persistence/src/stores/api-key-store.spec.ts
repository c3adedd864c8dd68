import type { ListPage, StoredApiKey } from '@belfry/application';
import { createHash } from 'node:crypto';
import { v7 } from 'uuid';
import { createTestDatabase, type TestDatabase } from '../database/database.fixture.js';
import { PostgresAccountStore } from './account-store.js';
import { PostgresApiKeyStore } from './api-key-store.js';
import { account } from './events.fixture.js';
import { audit } from './audit-entry.fixture.js';

let database: TestDatabase;
let keys: PostgresApiKeyStore;
beforeAll(async () => {
  database = await createTestDatabase();
  keys = new PostgresApiKeyStore(database.database);
  const accounts = new PostgresAccountStore(database.database);
  await accounts.put(account(1), audit);
  await accounts.put(account(2), audit);
});
beforeEach(() => database.query('DELETE FROM api_keys'));
afterAll(() => database.drop());

const hash = (text: string) => createHash('sha256').update(text).digest();

async function add(name: string, accountId: number | null): Promise<StoredApiKey> {
  const key: StoredApiKey = {
    keyId: v7(),
    name,
    accountId,
    scopes: ['events:publish', 'settings:read'],
    createdAt: new Date(),
    lastUsedAt: null,
  };
  expect(await keys.add(key, hash(name), audit())).toBe(true);
  return key;
}

describe('API keys', () => {
  it('are found by their hash alone', async () => {
    const key = await add('one', 1);
    await add('two', null);
    expect(await keys.findByHash(hash('one'))).toEqual(key);
    expect(await keys.findByHash(hash('three'))).toBeNull();
  });

  it('are refused where their account does not exist', async () => {
    const key = {
      keyId: v7(),
      name: 'x',
      accountId: 404,
      scopes: [],
      createdAt: new Date(),
      lastUsedAt: null,
    };
    expect(await keys.add(key, hash('x'), audit())).toBe(false);
  });

  it('count no more once they were revoked, which those of another account cannot be', async () => {
    const key = await add('one', 1);
    expect(await keys.revoke(key.keyId, 2, audit())).toBe(false);
    expect(await keys.revoke(key.keyId, 1, audit())).toBe(true);
    expect(await keys.findByHash(hash('one'))).toBeNull();
    expect(await keys.list(null, 10)).toEqual({ items: [], next: null });
    expect(await keys.revoke(key.keyId, 1, audit())).toBe(false);
  });

  it('are listed newest first, page by page, all or those of one account', async () => {
    const added = [await add('a', 1), await add('b', null), await add('c', 2), await add('d', 1)];
    const names = ({ items }: ListPage<StoredApiKey>) => items.map((key) => key.name).join('');
    expect(names(await keys.list(null, 3))).toBe('dcb');
    expect(names(await keys.list(null, 3, added[1]!.keyId))).toBe('a');
    expect(names(await keys.list(1, 3))).toBe('da');
  });

  it('remember when they were used', async () => {
    const key = await add('one', 1);
    await keys.touch(key.keyId);
    expect((await keys.findByHash(hash('one')))!.lastUsedAt).toBeInstanceOf(Date);
  });
});
