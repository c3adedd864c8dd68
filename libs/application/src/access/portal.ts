/**
 * The way of an admin to the page: the platform asks for a link and sends the admin there; the link opens a session once,
 * within five minutes; the session is good for eight hours, for that account alone. Neither holds more than the key that
 * asked for the link, and neither outlives it.
 */
import { pageScopes } from '@belfry/domain';
import { newId } from '../identifiers.js';
import type { Clock } from '../ports/clock.js';
import type { PortalLink, PortalSession, PortalStore } from '../ports/portal-store.js';
import { auditEntry } from './audit.js';
import type { Principal } from './principal.js';
import { hashOfSecret, newSecret } from './secrets.js';

const linkLifetimeMs = 5 * 60 * 1000;
/** How long a session is good for, in milliseconds. */
export const sessionLifetimeMs = 8 * 60 * 60 * 1000;

/** A link that was just made. The secret is in this answer and nowhere else. */
export interface MadeLink {
  readonly secret: string;
  readonly expiresAt: Date;
}

/** The result of asking for a link. */
export type CreateLinkResult =
  | ({ readonly status: 'created' } & MadeLink)
  | { readonly status: 'unknown_account' }
  /** The maker holds nothing that the page could be used for. */
  | { readonly status: 'nothing_to_hold' };

/** A session that was just opened. The secret is in this answer and nowhere else. */
export interface OpenedSession {
  readonly secret: string;
  readonly session: PortalSession;
  /** The path of the page that the link leads to. */
  readonly goesTo: string;
}

/** A session's secret, and the account that it is said to be of. */
export interface SessionCredentials {
  readonly accountId: number;
  readonly secret: string;
}

/** Makes portal links, and opens, checks and ends sessions. */
export class Portal {
  constructor(
    private readonly store: PortalStore,
    private readonly clock: Clock,
  ) {}

  /**
   * Makes a link for an account, which holds those of the page's scopes that its maker holds. `goesTo` is the path of the
   * page that it leads to.
   */
  async createLink(accountId: number, goesTo: string | null, maker: Principal): Promise<CreateLinkResult> {
    const scopes = pageScopes.filter((scope) => maker.scopes.has(scope));
    if (scopes.length === 0) return { status: 'nothing_to_hold' };
    const secret = newSecret();
    const link: PortalLink = {
      accountId,
      scopes,
      keyId: storedKeyOf(maker),
      expiresAt: new Date(this.clock.now().getTime() + linkLifetimeMs),
      goesTo,
    };
    const made = { scopes, ...(goesTo === null ? {} : { to: goesTo }) };
    const audit = auditEntry(maker, 'portal_link.created', null, made);
    if (!(await this.store.addLink(link, hashOfSecret(secret), audit))) return { status: 'unknown_account' };
    return { status: 'created', secret, expiresAt: link.expiresAt };
  }

  /** The link with this secret, which stays unused; null for one that was used, has expired or never was. */
  findLink(linkSecret: string): Promise<PortalLink | null> {
    return this.store.findLink(hashOfSecret(linkSecret));
  }

  /** Opens a session by a link's secret, once; null for a link that was used, has expired or never was. */
  async open(linkSecret: string): Promise<OpenedSession | null> {
    const secret = newSecret();
    const sessionId = newId();
    const createdAt = this.clock.now();
    const expiresAt = new Date(createdAt.getTime() + sessionLifetimeMs);
    const opened = await this.store.exchange(
      hashOfSecret(linkSecret),
      { sessionId, createdAt, expiresAt },
      hashOfSecret(secret),
      auditEntry({ kind: 'session', id: sessionId }, 'portal_link.opened', null, null),
    );
    return opened === null ? null : { secret, session: opened.session, goesTo: opened.link.goesTo ?? '/' };
  }

  /** The session with this secret, of this account; null where it has ended, never was, or is of another account. */
  async find(claim: SessionCredentials): Promise<PortalSession | null> {
    const [session] = await this.findAll([claim]);
    return session ?? null;
  }

  /**
   * Those of the sessions with these secrets that have not ended, by their accounts. A secret whose session is of another
   * account than it is said to be opens nothing.
   */
  async findAll(claims: readonly SessionCredentials[]): Promise<PortalSession[]> {
    if (claims.length === 0) return [];
    const live = await this.store.find(
      claims.map(({ accountId, secret }) => ({ accountId, sessionHash: hashOfSecret(secret) })),
    );
    return live.sort((one, other) => one.accountId - other.accountId);
  }

  /** Ends the session that asks for it. */
  end(session: Principal): Promise<void> {
    return this.store.end(session.id, auditEntry(session, 'portal_session.ended', null, null));
  }

  /** Ends every session and link of an account; answers how many sessions there were. */
  endAll(accountId: number, actor: Principal): Promise<number> {
    return this.store.endAll(accountId, auditEntry(actor, 'portal_sessions.ended', null, null));
  }
}

/** The principal of a session. */
export function principalOf({ sessionId, accountId, scopes }: PortalSession): Principal {
  return { kind: 'session', id: sessionId, accountId, scopes: new Set(scopes) };
}

/** The key whose revocation ends what it gave. The platform's first key, and the command line, are never revoked. */
function storedKeyOf({ kind, id }: Principal): string | null {
  return kind === 'key' && id !== 'bootstrap' ? id : null;
}
