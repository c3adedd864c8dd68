import { scopes, type Problem, type Scope } from '@belfry/domain';
import { bytesToHex } from '@noble/hashes/utils.js';
import { newId } from '../identifiers.js';
import type { ApiKeyStore, StoredApiKey } from '../ports/api-key-store.js';
import type { Clock } from '../ports/clock.js';
import { StorageUnavailable } from '../ports/storage-unavailable.js';
import type { ListPage } from '../ports/list-page.js';
import { auditEntry } from './audit.js';
import type { Principal } from './principal.js';
import { hashOfSecret, newSecret } from './secrets.js';

/** What came of making a key. The key itself is in this answer and nowhere else. */
export type CreateKeyResult =
  | { readonly status: 'created'; readonly key: string; readonly stored: StoredApiKey }
  | { readonly status: 'invalid'; readonly problems: readonly Problem[] };

/** A key that is wanted. */
export interface NewApiKey {
  readonly name: string;
  readonly accountId: number | null;
  readonly scopes: readonly Scope[];
}

/** How long a key that was found is taken as good without being looked up again: how late a revocation made by another process counts. */
const trustMs = 1_000;
/** The use of a key is noted at most this often. */
const touchMs = 60_000;
/** The most keys whose answers are remembered. */
const maximumRemembered = 10_000;

/** Says whether a principal holds nothing any more. */
type Ended = (principal: Principal) => boolean;

/** Makes, checks and revokes API keys. They are stored as their SHA-256: a random key of 256 bits needs no slow hash. */
export class ApiKeys {
  private readonly remembered = new Map<
    string,
    { readonly principal: Principal; readonly until: number; touched: number }
  >();
  private readonly bootstrap: Principal = {
    kind: 'key',
    id: 'bootstrap',
    accountId: null,
    scopes: new Set(scopes),
  };

  /** `bootstrapKeys` are keys with all scopes that exist without being stored: two while they are rotated. */
  constructor(
    private readonly keys: ApiKeyStore,
    private readonly clock: Clock,
    bootstrapKeys: readonly string[],
  ) {
    this.bootstrapHashes = new Set(bootstrapKeys.map((key) => bytesToHex(hashOfSecret(key))));
  }

  private readonly bootstrapHashes: ReadonlySet<string>;
  /** Look-ups that are under way, each with what this process has ended since it began: what it read may be older. */
  private readonly underWay = new Set<Ended[]>();

  /** Makes a key. A key made by one that is bound to an account is bound to it too. */
  async create(wanted: NewApiKey, maker: Principal): Promise<CreateKeyResult> {
    const problems = excessesOf(wanted, maker);
    if (problems.length > 0) return { status: 'invalid', problems };
    const key = newKey();
    const stored: StoredApiKey = {
      keyId: newId(),
      name: wanted.name,
      accountId: wanted.accountId,
      scopes: [...new Set(wanted.scopes)],
      createdAt: this.clock.now(),
      lastUsedAt: null,
    };
    const { keyId, name, accountId, scopes: allowed } = stored;
    const made = { key_id: keyId, name, account_id: accountId, scopes: allowed };
    if (!(await this.keys.add(stored, hashOfSecret(key), auditEntry(maker, 'api_key.created', null, made)))) {
      return {
        status: 'invalid',
        problems: [{ pointer: '/account_id', message: 'must be the id of an account that exists' }],
      };
    }
    return { status: 'created', key, stored };
  }

  /** Who holds this key, or null where nobody does. The key is looked up by its hash: no comparison depends on its text. */
  async authenticate(key: string): Promise<Principal | null> {
    const now = this.clock.now().getTime();
    const known = this.remembered.get(key);
    if (known !== undefined && known.until > now) return known.principal;

    const endedMeanwhile: Ended[] = [];
    this.underWay.add(endedMeanwhile);
    try {
      const found = await this.lookUp(key, now, known?.touched);
      // What was revoked never counts again: there is nothing to read a second time.
      if (found === null || endedMeanwhile.some((isEnded) => isEnded(found.principal))) {
        this.remembered.delete(key);
        return null;
      }
      this.remember(key, found.principal, now, found.touched);
      return found.principal;
    } finally {
      this.underWay.delete(endedMeanwhile);
    }
  }

  /** Who holds this key by the store, and when its use was noted last. */
  private async lookUp(
    key: string,
    now: number,
    noted: number | undefined,
  ): Promise<{ readonly principal: Principal; readonly touched: number } | null> {
    const hash = hashOfSecret(key);
    if (this.bootstrapHashes.has(bytesToHex(hash))) return { principal: this.bootstrap, touched: now };
    if (!keyForm.test(key)) return null;
    const stored = await this.keys.findByHash(hash);
    if (stored === null) return null;
    const principal = {
      kind: 'key',
      id: stored.keyId,
      accountId: stored.accountId,
      scopes: new Set(stored.scopes),
    } as const;
    let touched = noted ?? stored.lastUsedAt?.getTime() ?? 0;
    if (now - touched >= touchMs) {
      await this.touch(stored.keyId);
      touched = now;
    }
    return { principal, touched };
  }

  /** A database that is read-only for now can't remember the use: what only reads is answered all the same. */
  private async touch(keyId: string): Promise<void> {
    try {
      await this.keys.touch(keyId);
    } catch (error) {
      if (!(error instanceof StorageUnavailable && error.fault === 'refusing')) throw error;
    }
  }

  private remember(key: string, principal: Principal, now: number, touched: number): void {
    if (this.remembered.size >= maximumRemembered) this.remembered.clear();
    this.remembered.set(key, { principal, until: now + trustMs, touched });
  }

  /** Up to `limit` keys that the asker may see, newest first. */
  list(asker: Principal, limit: number, before?: string): Promise<ListPage<StoredApiKey>> {
    return this.keys.list(asker.accountId, limit, before);
  }

  /**
   * Revokes a key, with its links and sessions; answers false where the asker can see none with this id. When it answers,
   * this process no longer takes the key, even if a look-up was under way.
   */
  async revoke(keyId: string, asker: Principal): Promise<boolean> {
    const revoked = await this.keys.revoke(
      keyId,
      asker.accountId,
      auditEntry(asker, 'api_key.revoked', { key_id: keyId }, null),
    );
    if (revoked) this.forget(({ id }) => id === keyId);
    return revoked;
  }

  /** Takes the keys of an account no more that is gone. */
  forgetAccount(accountId: number): void {
    this.forget((principal) => principal.accountId === accountId);
  }

  private forget(isEnded: Ended): void {
    for (const ended of this.underWay) ended.push(isEnded);
    for (const [key, { principal }] of this.remembered) if (isEnded(principal)) this.remembered.delete(key);
  }
}

/** What a key would have that its maker has not. */
function excessesOf(wanted: NewApiKey, maker: Principal): readonly Problem[] {
  const problems: Problem[] = [];
  if (maker.accountId !== null && wanted.accountId !== maker.accountId) {
    problems.push({
      pointer: '/account_id',
      message: `must be ${maker.accountId}, the account your own key is bound to`,
    });
  }
  wanted.scopes.forEach((scope, place) => {
    if (!maker.scopes.has(scope)) {
      problems.push({ pointer: `/scopes/${place}`, message: 'must be a scope that your own key has' });
    }
  });
  return problems;
}

/** What cannot be a key that was made here is looked up nowhere. */
const keyForm = /^belfry_[0-9a-f]{64}$/;

/** The prefix tells people, and scanners of leaked secrets, what the key is for. */
function newKey(): string {
  return `belfry_${newSecret()}`;
}
