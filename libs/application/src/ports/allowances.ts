/** What an account may set off in a time, whoever asks for it: all processes count together. */
export interface Allowance {
  readonly purpose: 'tests' | 'mail redeliveries' | 'webhook redeliveries';
  /** How many in the time. */
  readonly limit: number;
  /** The time, which begins with the first of them. */
  readonly seconds: number;
}

/** An allowance is used up: when it begins anew. */
export interface UsedUp {
  readonly retryAfterSeconds: number;
}

/** Counts what accounts set off. */
export abstract class Allowances {
  /** Takes one; answers null, or, where none is left, when there is one again. The account must exist. */
  abstract spend(accountId: number, allowance: Allowance): Promise<UsedUp | null>;
}
