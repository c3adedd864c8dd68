/**
 * The way of an admin to the page: the platform asks for a link and sends the admin there; the link opens a session once,
 * within five minutes; the session is good for eight hours, for that account alone.
 */
import { newId } from '../identifiers.js';
import type { Clock } from '../ports/clock.js';
import type { PortalSession, PortalStore } from '../ports/portal-store.js';
import type { Scope } from '../scopes.js';
import { auditEntry } from './audit.js';
import type { Principal } from './principal.js';
import { hashOfSecret, newSecret } from './secrets.js';

const linkLifetimeMs = 5 * 60 * 1000;
/** How long a session is good for, in milliseconds. */
export const sessionLifetimeMs = 8 * 60 * 60 * 1000;

/** What an admin may do: everything that the page offers, for their account. */
const sessionScopes: ReadonlySet<Scope> = new Set([
  'accounts:write',
  'settings:read',
  'settings:write',
  'deliveries:read',
  'deliveries:redeliver',
]);

/** A session that was just opened. The secret is in this answer and nowhere else. */
export interface OpenedSession {
  readonly secret: string;
  readonly session: PortalSession;
}

/** Makes portal links, and opens, checks and ends sessions. */
export class Portal {
  constructor(
    private readonly store: PortalStore,
    private readonly clock: Clock,
  ) {}

  /** Makes a link's secret for an account; null where there is no such account. */
  async createLink(
    accountId: number,
    actor: Principal,
  ): Promise<{ readonly secret: string; readonly expiresAt: Date } | null> {
    const secret = newSecret();
    const expiresAt = new Date(this.clock.now().getTime() + linkLifetimeMs);
    const audit = auditEntry(actor, 'portal_link.created', null, null);
    const added = await this.store.addLink(accountId, hashOfSecret(secret), expiresAt, audit);
    return added ? { secret, expiresAt } : null;
  }

  /** Opens a session by a link's secret, once; null for a link that was used, has expired or never was. */
  async open(linkSecret: string): Promise<OpenedSession | null> {
    const secret = newSecret();
    const createdAt = this.clock.now();
    const expiresAt = new Date(createdAt.getTime() + sessionLifetimeMs);
    const opened = await this.store.exchange(
      hashOfSecret(linkSecret),
      { sessionId: newId(), createdAt, expiresAt },
      hashOfSecret(secret),
    );
    return opened === null ? null : { secret, session: opened };
  }

  /** The session with this secret; null where it has ended or never was. */
  find(secret: string): Promise<PortalSession | null> {
    return this.store.find(hashOfSecret(secret));
  }

  /** Ends one session. */
  end(sessionId: string): Promise<void> {
    return this.store.end(sessionId);
  }

  /** Ends every session and link of an account; answers how many sessions there were. */
  endAll(accountId: number, actor: Principal): Promise<number> {
    return this.store.endAll(accountId, auditEntry(actor, 'portal_sessions.ended', null, null));
  }
}

/** The principal of a session. */
export function principalOf({ sessionId, accountId }: PortalSession): Principal {
  return { kind: 'session', id: sessionId, accountId, scopes: sessionScopes };
}
