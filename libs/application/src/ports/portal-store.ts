import type { Scope } from '@belfry/domain';
import type { AuditEntry } from './audit-log.js';

/** What a link is good for, and the session that it opens. */
export interface PortalGrant {
  readonly accountId: number;
  readonly scopes: readonly Scope[];
  /** The API key that asked for the link, whose revocation ends both; null where it was no key that is stored. */
  readonly keyId: string | null;
}

/** A link to the admin page, as it is stored: never its secret. */
export interface PortalLink extends PortalGrant {
  readonly expiresAt: Date;
  /** The path of the page that it leads to, with a query; null: the page's first tab. */
  readonly goesTo: string | null;
}

/** A session of an admin's page, as it is stored: never its secret. */
export interface PortalSession extends PortalGrant {
  readonly sessionId: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** Keeps portal links and the sessions they open, by the SHA-256 of their secrets. */
export abstract class PortalStore {
  /** Stores a link. Answers false where the account does not exist, or the link's key was revoked. */
  abstract addLink(link: PortalLink, linkHash: Uint8Array, audit: AuditEntry): Promise<boolean>;
  /** The link with this hash, which stays unused; null where it was used, has expired or never was. */
  abstract findLink(linkHash: Uint8Array): Promise<PortalLink | null>;
  /**
   * Takes a link and stores the session it opens, in one transaction: of two who come with the same link, one gets the
   * session. Answers null for a link that was taken, has expired or never was.
   */
  abstract exchange(
    linkHash: Uint8Array,
    session: Pick<PortalSession, 'sessionId' | 'createdAt' | 'expiresAt'>,
    sessionHash: Uint8Array,
    audit: AuditEntry,
  ): Promise<{ readonly link: PortalLink; readonly session: PortalSession } | null>;
  /** Those of the sessions with these hashes that have not ended, each of its account alone, in no order. */
  abstract find(
    wanted: readonly { readonly accountId: number; readonly sessionHash: Uint8Array }[],
  ): Promise<PortalSession[]>;
  /** Ends a session. Keeps no entry where it has ended already. */
  abstract end(sessionId: string, audit: AuditEntry): Promise<void>;
  /** Ends all sessions and links of an account; answers how many sessions there were. */
  abstract endAll(accountId: number, audit: AuditEntry): Promise<number>;
}
