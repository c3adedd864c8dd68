import { TestClock } from '../ports/clock.fixture.js';
import type { ApiKeyStore, StoredApiKey } from '../ports/api-key-store.js';
import { ApiKeys } from './api-keys.js';
import type { Principal } from './principal.js';

const asker: Principal = { kind: 'operator', id: 'test', accountId: null, scopes: new Set() };
const stored: StoredApiKey = {
  keyId: 'key-1',
  name: 'Publisher',
  accountId: null,
  scopes: ['events:publish'],
  createdAt: new Date(0),
  lastUsedAt: new Date(0),
};

/** A key as they are made here: any other is looked up nowhere. */
const secret = `belfry_${'0f'.repeat(32)}`;

/** A store with one key, whose answers can be held back after they were read. */
class HeldStore implements ApiKeyStore {
  looks = 0;
  private holds: Promise<void>[] = [];
  private isRevoked = false;

  /** Holds the next look back, read as it is now, until the answer is called. */
  hold(): () => void {
    let release: () => void = () => undefined;
    this.holds.push(new Promise((resolve) => (release = resolve)));
    return release;
  }

  async findByHash(): Promise<StoredApiKey | null> {
    this.looks++;
    const read = this.isRevoked ? null : stored;
    await this.holds.shift();
    return read;
  }

  revoke(keyId: string): Promise<boolean> {
    this.isRevoked ||= keyId === stored.keyId;
    return Promise.resolve(true);
  }

  add = () => Promise.resolve(true);
  list = () => Promise.resolve({ items: [], next: null });
  touch = () => Promise.resolve();
}

/** A clock that stands still: nothing that is remembered grows old. */
const clock = new TestClock();

describe('a revoked key', () => {
  it('is refused from the moment its revocation is answered, though it was being looked up', async () => {
    const store = new HeldStore();
    const keys = new ApiKeys(store, clock, []);
    const release = store.hold();
    const lookedUp = keys.authenticate(secret);
    await keys.revoke('key-1', asker);
    release();
    expect(await lookedUp).toBeNull();
    expect(await keys.authenticate(secret)).toBeNull();
  });

  it('is refused though it was remembered', async () => {
    const keys = new ApiKeys(new HeldStore(), clock, []);
    expect(await keys.authenticate(secret)).toMatchObject({ id: 'key-1' });
    await keys.revoke('key-1', asker);
    expect(await keys.authenticate(secret)).toBeNull();
  });
});

it('a key is looked up once, whatever others revoke meanwhile', async () => {
  const store = new HeldStore();
  const keys = new ApiKeys(store, clock, []);
  const release = store.hold();
  const lookedUp = keys.authenticate(secret);
  for (let other = 2; other < 20; other++) await keys.revoke(`key-${other}`, asker);
  release();
  expect(await lookedUp).toMatchObject({ id: 'key-1' });
  expect(store.looks).toBe(1);
});

it('a key that is used often is looked up once', async () => {
  const store = new HeldStore();
  const keys = new ApiKeys(store, clock, []);
  for (let use = 0; use < 5; use++) expect(await keys.authenticate(secret)).not.toBeNull();
  expect(store.looks).toBe(1);
});

test('a key that was revoked by another process is refused after a second', async () => {
  const time = new TestClock();
  const store = new HeldStore();
  const keys = new ApiKeys(store, time, []);
  expect(await keys.authenticate(secret)).not.toBeNull();
  await store.revoke('key-1');
  await time.advance(999);
  expect(await keys.authenticate(secret)).not.toBeNull();
  await time.advance(1);
  expect(await keys.authenticate(secret)).toBeNull();
});

test('while a bootstrap key is rotated, the one before it counts on', async () => {
  const keys = new ApiKeys(new HeldStore(), clock, ['the key of now', 'the key before']);
  for (const key of ['the key of now', 'the key before'])
    expect(await keys.authenticate(key)).toMatchObject({ id: 'bootstrap', accountId: null });
});
