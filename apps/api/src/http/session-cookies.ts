/**
 * The cookies that carry the sessions of admins' pages: one for each account, side by side, so that opening the page of
 * one account never takes that of another away. A request says which account it is for by its path or by a header; it is
 * never answered by another account's session.
 */
import { sessionLifetimeMs } from '@belfry/application';
import { httpConfig, portalConfig, publicPathOf } from '@belfry/configuration';
import { Inject, Injectable } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import type { FastifyRequest } from 'fastify';
import { problemDocument } from '@belfry/contract';
import { ProblemException } from './problem.js';

/** What a request of the page names its account by where its path does not. */
export const accountHeader = 'belfry-account';

/** A session's cookie as it was sent. */
export interface SentSession {
  readonly accountId: number;
  readonly secret: string;
}

/** The most accounts that a browser is signed in to at once: what it sends with each request stays small. */
const mostSideBySide = 24;

const baseName = 'belfry_session_';
/**
 * A browser takes a cookie of this name over https alone, from this host alone: no sister domain can set one. It must be
 * for all paths then. Under a public path that loses nothing: whatever else the host serves is of the same origin, and its
 * scripts have the session sent with their requests whatever a cookie's path says.
 */
const hostPrefix = '__Host-';

/** Makes and reads them. */
@Injectable()
export class SessionCookies {
  private readonly isSecure: boolean;
  private readonly attributes: string;
  /** What the names of its cookies begin with: another service under another path of the host has others. */
  private readonly prefix: string;

  constructor(
    @Inject(httpConfig.KEY) { publicUrl }: ConfigType<typeof httpConfig>,
    @Inject(portalConfig.KEY) { frameAncestors }: ConfigType<typeof portalConfig>,
  ) {
    this.isSecure = publicUrl.startsWith('https:');
    const place = publicPathOf(publicUrl).slice(1).replaceAll('/', '!');
    this.prefix = `${this.isSecure ? hostPrefix : ''}${baseName}${place === '' ? '' : `${place}_`}`;
    // In a frame of another site a browser sends a cookie only so, and keeps it for that site apart from all others.
    const isFramed = this.isSecure && frameAncestors.length > 0;
    const reach = isFramed ? 'SameSite=None; Secure; Partitioned' : 'SameSite=Strict';
    this.attributes = `HttpOnly; ${reach}${this.isSecure && !isFramed ? '; Secure' : ''}`;
  }

  /**
   * The values of `Set-Cookie` that keep a session beside those that the request carries. Where there are too many, the
   * ones that were opened first are forgotten: browsers send them in that order (RFC 6265, section 5.4).
   */
  keep(request: FastifyRequest, { accountId, secret }: SentSession): string[] {
    const others = this.read(request).sessions.filter((sent) => sent.accountId !== accountId);
    const tooMany = others.slice(0, Math.max(0, others.length - mostSideBySide + 1));
    return [
      this.cookie(accountId, secret, sessionLifetimeMs / 1000),
      ...tooMany.map((sent) => this.forget(sent.accountId)),
    ];
  }

  /** The value of `Set-Cookie` that forgets the session of an account. */
  forget(accountId: number): string {
    return this.cookie(accountId, '', 0);
  }

  /** The sessions that a request carries. Ends it where a cookie came twice: nobody could say which one is the admin's. */
  sentBy(request: FastifyRequest): readonly SentSession[] {
    const { sessions, isDoubled } = this.read(request);
    if (!isDoubled) return sessions;
    const detail =
      "Your browser sent two session cookies for the same account, so one of them was set by somebody else. Delete this site's cookies, then open the page from your platform again.";
    throw new ProblemException(problemDocument('doubled-session', detail));
  }

  /** The session that a request is to be answered by; null where it carries none for its account. */
  chosenBy(request: FastifyRequest): SentSession | null {
    const sent = this.sentBy(request);
    const named = this.accountNamedBy(request);
    if (named !== null) return sent.find(({ accountId }) => accountId === named) ?? null;
    const { accountId } = request.params as { accountId?: string };
    const own = sent.find((session) => String(session.accountId) === accountId);
    if (own !== undefined) return own;
    // Of a path without an account, the only session; of another account's path any will do: there is nothing to see.
    return sent.length === 1 || accountId !== undefined ? (sent[0] ?? null) : null;
  }

  /** The account that a request names by its header; null where it has none. Ends one whose path names another. */
  accountNamedBy(request: FastifyRequest): number | null {
    const header = request.headers[accountHeader];
    if (header === undefined) return null;
    const { accountId } = request.params as { accountId?: string };
    if (typeof header !== 'string' || !/^[1-9]\d{0,15}$/.test(header)) {
      const detail = 'The header Belfry-Account must be the id of an account.';
      throw new ProblemException(problemDocument('bad-request', detail));
    }
    if (accountId !== undefined && accountId !== header) {
      const detail =
        'The header Belfry-Account and the path name different accounts. Send the same id in both.';
      throw new ProblemException(problemDocument('forbidden', detail));
    }
    return Number(header);
  }

  private read(request: FastifyRequest): {
    readonly sessions: readonly SentSession[];
    readonly isDoubled: boolean;
  } {
    const { prefix } = this;
    const seen = new Set<string>();
    const sessions: SentSession[] = [];
    let isDoubled = false;
    for (const pair of (request.headers.cookie ?? '').split(';')) {
      // Spaces and tabs alone, as browsers do: `trim()` takes U+00A0 too, and so a cookie of a sister domain for ours.
      const [name = '', value = ''] = pair.replace(/^[ \t]+/, '').split('=', 2);
      if (!name.startsWith(prefix)) continue;
      isDoubled ||= seen.has(name);
      seen.add(name);
      const accountId = name.slice(prefix.length);
      if (/^[1-9]\d{0,15}$/.test(accountId) && /^[0-9a-f]{64}$/.test(value))
        sessions.push({ accountId: Number(accountId), secret: value });
    }
    return { sessions, isDoubled };
  }

  private cookie(accountId: number, value: string, maxAgeSeconds: number): string {
    return `${this.prefix}${accountId}=${value}; Path=/; Max-Age=${maxAgeSeconds}; ${this.attributes}`;
  }
}
