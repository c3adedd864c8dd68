import type { ListPage } from './list-page.js';

/** One value that was changed. */
export interface AuditedChange {
  /** An RFC 6901 pointer into what was changed. */
  readonly pointer: string;
  /** The old value with secrets masked; null where there was none. */
  readonly before: unknown;
  readonly after: unknown;
}

/** One entry of the audit log, as it is made. Stores write it in the transaction of the change itself. */
export interface AuditEntry {
  readonly entryId: string;
  /** Who: an API key, a session of the admin page, or an operator at the command line. */
  readonly actor: { readonly kind: 'key' | 'session' | 'operator'; readonly id: string };
  readonly action:
    | 'account.created'
    | 'account.replaced'
    | 'account.erased'
    | 'recipient.erased'
    | 'settings.changed'
    | 'api_key.created'
    | 'api_key.revoked'
    | 'portal_link.created'
    | 'portal_link.opened'
    | 'portal_session.ended'
    | 'portal_sessions.ended'
    | 'webhook.tested'
    | 'deliveries.redelivered'
    | 'deliveries.interrupted';
  readonly changes: readonly AuditedChange[];
}

/** One entry of the audit log, as it is kept. */
export interface KeptAuditEntry extends AuditEntry {
  readonly at: Date;
}

/** Shows who did what, when; and keeps what is no part of a change that is stored elsewhere. */
export abstract class AuditLog {
  /**
   * Up to `limit` entries of the account, newest first, from the first older than the entry `before`; those of the
   * platform as a whole where `accountId` is null. Fewer where they are large.
   */
  abstract list(accountId: number | null, limit: number, before?: string): Promise<ListPage<KeptAuditEntry>>;
  /** Keeps an entry of the account. */
  abstract keep(accountId: number, entry: AuditEntry): Promise<void>;
}
