/** Who is signed in, and what follows from it: what they may do, and by which rules their input is judged. */
import type { ChangeRules, EventCatalogue, PlatformSites } from '@belfry/domain';
import { createContext, useContext } from 'react';
import type { Session } from '../api/wire.js';

export interface CurrentSession {
  readonly accountId: number;
  readonly accountName: string;
  readonly sites: PlatformSites;
  readonly rules: ChangeRules;
  readonly may: {
    readonly changeAccount: boolean;
    readonly changeSettings: boolean;
    readonly redeliver: boolean;
  };
}

/** What the page makes of the server's answer. */
export function readSession(session: Session, catalogue: EventCatalogue): CurrentSession {
  const { hosts, cidrs, endpoints } = session.allowed_destinations;
  const has = (scope: string) => session.scopes.includes(scope);
  return {
    accountId: session.account_id,
    accountName: session.account_name,
    sites: { admin: session.platform.admin_url, api: session.platform.api_url },
    rules: { catalogue, allowed: { hosts: new Set(hosts), cidrs, endpoints } },
    may: {
      changeAccount: has('accounts:write'),
      changeSettings: has('settings:write'),
      redeliver: has('deliveries:redeliver'),
    },
  };
}

const context = createContext<CurrentSession | null>(null);
export const CurrentSessionProvider = context.Provider;

/** The session of whoever uses the page. */
export function useSession(): CurrentSession {
  const session = useContext(context);
  if (session === null) throw new Error('nobody is signed in here');
  return session;
}
