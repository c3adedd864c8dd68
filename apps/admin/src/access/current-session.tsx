/** Who is signed in, and what follows from it: what they may do, and by which rules their input is judged. */
import type { Session } from '@belfry/contract';
import {
  publicDestinationsOnly,
  type ChangeRules,
  type EventCatalogue,
  type PlatformSites,
} from '@belfry/domain';
import { createContext, useContext } from 'react';

export interface CurrentSession {
  readonly accountId: number;
  readonly accountName: string;
  readonly sites: PlatformSites;
  /** The server is asked what the operator allows beyond these rules: see `url-verdict.ts`. */
  readonly rules: ChangeRules;
  readonly may: {
    readonly readAccount: boolean;
    readonly changeAccount: boolean;
    readonly readSettings: boolean;
    readonly changeSettings: boolean;
    readonly readDeliveries: boolean;
    readonly redeliver: boolean;
  };
}

/** Reads the server's answer. */
export function readSession(session: Session, catalogue: EventCatalogue): CurrentSession {
  const has = (...scopes: Session['scopes']) => scopes.some((scope) => session.scopes.includes(scope));
  return {
    accountId: session.account_id,
    accountName: session.account_name,
    sites: { admin: session.platform.admin_url, api: session.platform.api_url },
    rules: { catalogue, allowed: publicDestinationsOnly },
    may: {
      readAccount: has('accounts:write', 'settings:read'),
      changeAccount: has('accounts:write'),
      readSettings: has('settings:read', 'settings:write'),
      changeSettings: has('settings:write'),
      readDeliveries: has('deliveries:read'),
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
