import type { Scope } from '@belfry/domain';

/** Who makes a request, and what they may do. */
export interface Principal {
  /** An API key, the session of an admin's page, or an operator at the command line. */
  readonly kind: 'key' | 'session' | 'operator';
  /** The id of the key or session; `bootstrap` for the platform's first key. */
  readonly id: string;
  /** The one account that may be reached, or null: all of them. */
  readonly accountId: number | null;
  readonly scopes: ReadonlySet<Scope>;
}
