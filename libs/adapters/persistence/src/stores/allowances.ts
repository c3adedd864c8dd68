import { Allowances, type Allowance, type UsedUp } from '@belfry/application';
import type { Database } from '../database/database.js';
import type { Run } from '../database/statement.js';

/** What is left of an allowance. */
export interface Left extends UsedUp {
  readonly left: number;
}

/** Allowances in PostgreSQL. */
export class PostgresAllowances extends Allowances {
  constructor(private readonly database: Database) {
    super();
  }

  async spend(accountId: number, allowance: Allowance): Promise<UsedUp | null> {
    return this.database.transaction(async (run) => {
      const { left, retryAfterSeconds } = await lockAllowance(run, accountId, allowance);
      if (left === 0) return { retryAfterSeconds };
      await spendLocked(run, accountId, allowance, 1);
      return null;
    });
  }
}

/**
 * Answers what an account has left, and keeps others of its requests from spending it until the transaction ends. Where
 * the time of the allowance is over, a new one begins.
 */
export async function lockAllowance(
  run: Run,
  accountId: number,
  { purpose, limit, seconds }: Allowance,
): Promise<Left> {
  const [row] = await run<{ spent: number; seconds_left: number }>(
    `INSERT INTO account_allowances AS held (account_id, purpose, began_at, spent) VALUES ($1, $2, now(), 0)
     ON CONFLICT (account_id, purpose) DO UPDATE SET
       began_at = CASE WHEN ${isOver} THEN now() ELSE held.began_at END,
       spent = CASE WHEN ${isOver} THEN 0 ELSE held.spent END
     RETURNING spent, ceil(extract(epoch FROM began_at - now()) + $3::double precision)::integer AS seconds_left`,
    [accountId, purpose, seconds],
  );
  return { left: Math.max(0, limit - row!.spent), retryAfterSeconds: Math.max(1, row!.seconds_left) };
}

const isOver = `held.began_at <= now() - $3::double precision * interval '1 second'`;

/** Takes so many of an allowance that this transaction has locked. */
export async function spendLocked(
  run: Run,
  accountId: number,
  { purpose }: Allowance,
  count: number,
): Promise<void> {
  await run('UPDATE account_allowances SET spent = spent + $3 WHERE account_id = $1 AND purpose = $2', [
    accountId,
    purpose,
    count,
  ]);
}
