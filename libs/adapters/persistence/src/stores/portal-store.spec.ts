import type { PortalLink } from '@belfry/application';
import { createHash } from 'node:crypto';
import { v7 } from 'uuid';
import { createTestDatabase, type TestDatabase } from '../database/database.fixture.js';
import { PostgresAccountStore } from './account-store.js';
import { PostgresApiKeyStore } from './api-key-store.js';
import { audit } from './audit-entry.fixture.js';
import { account } from './events.fixture.js';
import { PostgresPortalStore } from './portal-store.js';

let database: TestDatabase;
let portal: PostgresPortalStore;
let keys: PostgresApiKeyStore;
beforeAll(async () => {
  database = await createTestDatabase();
  portal = new PostgresPortalStore(database.database);
  keys = new PostgresApiKeyStore(database.database);
  await new PostgresAccountStore(database.database).put(account(1), audit);
});
afterAll(() => database.drop());

const hash = (text: string) => createHash('sha256').update(text).digest();
const inAnHour = () => new Date(Date.now() + 3_600_000);
const link = (keyId: string | null = null): PortalLink => ({
  accountId: 1,
  scopes: ['settings:read', 'deliveries:read'],
  keyId,
  expiresAt: inAnHour(),
  goesTo: '/deliveries?status=failed',
});
const find = (...names: string[]) =>
  portal.find(names.map((name) => ({ accountId: 1, sessionHash: hash(name) })));
const open = (linkName: string, sessionName: string) =>
  portal.exchange(
    hash(linkName),
    { sessionId: v7(), createdAt: new Date(), expiresAt: inAnHour() },
    hash(sessionName),
    audit(),
  );

async function addKey(name: string): Promise<string> {
  const keyId = v7();
  const key = {
    keyId,
    name,
    accountId: 1,
    scopes: ['keys:write' as const],
    createdAt: new Date(),
    lastUsedAt: null,
  };
  expect(await keys.add(key, hash(name), audit())).toBe(true);
  return keyId;
}

it('a session holds what its link held', async () => {
  const keyId = await addKey('maker');
  await portal.addLink(link(keyId), hash('link'), audit());
  expect(await portal.findLink(hash('link'))).toMatchObject({ accountId: 1, keyId });
  const opened = await open('link', 'session');
  const held = { accountId: 1, scopes: ['settings:read', 'deliveries:read'], keyId };
  expect(opened).toMatchObject({ link: { ...held, goesTo: '/deliveries?status=failed' }, session: held });
  expect(await find('session')).toEqual([opened!.session]);
  expect(await portal.find([{ accountId: 2, sessionHash: hash('session') }])).toEqual([]);
  expect(await portal.findLink(hash('link'))).toBeNull();
});

it('a revoked key ends its links and sessions, and no others', async () => {
  const [one, other] = [await addKey('one'), await addKey('other')];
  for (const [name, keyId] of [
    ['opened by one', one],
    ['of one', one],
    ['opened by other', other],
    ['of other', other],
    ['opened by the platform', null],
  ] as const) {
    await portal.addLink(link(keyId), hash(name), audit());
    if (name.startsWith('opened')) await open(name, `session ${name}`);
  }
  expect(await keys.revoke(one, null, audit())).toBe(true);
  const sessions = ['one', 'other', 'the platform'].map((name) => `session opened by ${name}`);
  expect((await find(...sessions)).map(({ keyId }) => keyId).sort()).toEqual([other, null].sort());
  expect(await portal.findLink(hash('of one'))).toBeNull();
  expect(await open('of one', 'too late')).toBeNull();
  expect(await portal.findLink(hash('of other'))).not.toBeNull();
});

it('ending all of an account ends its sessions and its unused links, and no other account’s', async () => {
  await new PostgresAccountStore(database.database).put(account(2), audit);
  const ofOther = { ...link(), accountId: 2 };
  for (const [name, each] of [
    ['mine unused', link()],
    ['mine used', link()],
    ['theirs unused', ofOther],
    ['theirs used', ofOther],
  ] as const) {
    expect(await portal.addLink(each, hash(name), audit())).toBe(true);
    if (name.endsWith(' used')) expect(await open(name, `session of ${name}`)).not.toBeNull();
  }
  const before = await database.query('SELECT FROM portal_sessions WHERE account_id = 1');
  expect(await portal.endAll(1, audit())).toBe(before.length);
  expect(await find('session of mine used')).toEqual([]);
  expect(await portal.findLink(hash('mine unused'))).toBeNull();
  expect(await open('mine unused', 'too late')).toBeNull();
  expect(await open('theirs unused', 'session of theirs unused')).not.toBeNull();
  const theirs = ['session of theirs used', 'session of theirs unused'].map((name) => ({
    accountId: 2,
    sessionHash: hash(name),
  }));
  expect(await portal.find(theirs)).toHaveLength(2);
});

it('a link opens one session, however many come with it at once', async () => {
  await portal.addLink(link(), hash('shared'), audit());
  const opened = await Promise.all(
    [1, 2, 3, 4].map((number) => open('shared', `session ${number} of shared`)),
  );
  expect(opened.filter((each) => each !== null)).toHaveLength(1);
});

it('an account that does not exist gets no link', async () => {
  expect(await portal.addLink({ ...link(), accountId: 404 }, hash('of nobody'), audit())).toBe(false);
  expect(await portal.findLink(hash('of nobody'))).toBeNull();
});

it('leaves nothing behind of a key that is revoked while its links are being made and opened', async () => {
  for (let round = 0; round < 10; round++) {
    const keyId = await addKey(`racing ${round}`);
    await portal.addLink(link(keyId), hash(`first ${round}`), audit());
    await Promise.all([
      open(`first ${round}`, `session ${round}`),
      keys.revoke(keyId, null, audit()),
      portal.addLink(link(keyId), hash(`second ${round}`), audit()),
    ]);
    const left = await database.query(
      `SELECT key_id FROM portal_links WHERE key_id = $1
       UNION ALL SELECT key_id FROM portal_sessions WHERE key_id = $1`,
      [keyId],
    );
    expect(left).toEqual([]);
  }
});

it('a link and a session that hold no scope open nothing', async () => {
  await database.query(
    `INSERT INTO portal_links (account_id, link_hash, scopes, expires_at) VALUES (1, $1, '{}', now() + interval '5 minutes')`,
    [hash('empty link')],
  );
  await database.query(
    `INSERT INTO portal_sessions (account_id, session_id, session_hash, scopes, created_at, expires_at)
     VALUES (1, $1, $2, '{}', now(), now() + interval '8 hours')`,
    [v7(), hash('empty session')],
  );
  expect(await open('empty link', 'session of the empty link')).toBeNull();
  expect(await find('empty session')).toEqual([]);
});
