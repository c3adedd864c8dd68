import type { AllowedDestinations } from '@belfry/domain';

/** Knows what the webhooks of an account may reach although it is not public. */
export class Destinations {
  /**
   * `allowed` is what the operator lists, for every account. `development`, where given, opens one more endpoint to one
   * account alone: that of the sample account in development.
   */
  constructor(
    private readonly allowed: AllowedDestinations,
    private readonly development: { readonly accountId: number; readonly endpoint: string } | null = null,
  ) {}

  /** What this account may reach. */
  for(accountId: number): AllowedDestinations {
    if (this.development?.accountId !== accountId) return this.allowed;
    return { ...this.allowed, endpoints: [...this.allowed.endpoints, this.development.endpoint] };
  }
}
