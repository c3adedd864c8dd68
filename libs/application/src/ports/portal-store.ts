import type { AuditEntry } from './audit-log.js';

/** A session of an admin's page, as it is stored: never its secret. */
export interface PortalSession {
  readonly sessionId: string;
  readonly accountId: number;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** Keeps portal links and the sessions they open, by the SHA-256 of their secrets. */
export abstract class PortalStore {
  /** Stores a link. Answers false where the account does not exist. */
  abstract addLink(
    accountId: number,
    linkHash: Uint8Array,
    expiresAt: Date,
    audit: AuditEntry,
  ): Promise<boolean>;
  /**
   * Takes a link and stores the session it opens, in one transaction: of two who come with the same link, one gets the
   * session. Answers null for a link that was taken, has expired or never was.
   */
  abstract exchange(
    linkHash: Uint8Array,
    session: Omit<PortalSession, 'accountId'>,
    sessionHash: Uint8Array,
  ): Promise<PortalSession | null>;
  /** The session with this hash, unless it has ended. */
  abstract find(sessionHash: Uint8Array): Promise<PortalSession | null>;
  /** Ends a session. */
  abstract end(sessionId: string): Promise<void>;
  /** Ends all sessions and links of an account; answers how many sessions there were. */
  abstract endAll(accountId: number, audit: AuditEntry): Promise<number>;
}
