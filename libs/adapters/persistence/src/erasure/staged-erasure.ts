import type { ErasureStep } from '@belfry/application';
import type { Run } from '../database/statement.js';

/** An erasure as a row of stages, each of which takes as many steps as it needs. */
export interface StagedErasure {
  /** Takes one step, in the transaction of `run`. */
  step(run: Run): Promise<ErasureStep>;
}

/** The end of an erasure: nothing is left, not even the erasure. */
export async function forgetErasure(run: Run, erasureId: string): Promise<void> {
  await run('DELETE FROM erasures WHERE erasure_id = $1', [erasureId]);
}

/** Whether an account's erasure has begun and not ended. */
export async function isAccountBeingErased(run: Run, accountId: number): Promise<boolean> {
  return (await run('SELECT FROM erasures WHERE account_id = $1 AND email IS NULL', [accountId])).length > 0;
}
