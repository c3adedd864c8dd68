import type { ErasureStep } from '@belfry/application';
import type { Run } from '../database/statement.js';

/** What is done at one stage of an erasure, one step of it, in the transaction of `run`. */
export type Stage = (run: Run) => Promise<ErasureStep>;

/** An erasure as a row of stages, each of which takes as many steps as it needs. */
export abstract class StagedErasure {
  /** Those that are not done. */
  protected abstract readonly stages: Stage[];

  /** Takes one step, in the transaction of `run`. */
  async step(run: Run): Promise<ErasureStep> {
    const [stage] = this.stages;
    if (stage === undefined) return 'done';
    const came = await stage(run);
    if (came !== 'done') return came;
    this.stages.shift();
    return this.stages.length === 0 ? 'done' : 'more';
  }
}

/** The last stage: nothing is left, not even the erasure. */
export const forgetting =
  (erasureId: string): Stage =>
  async (run) => {
    await run('DELETE FROM erasures WHERE erasure_id = $1', [erasureId]);
    return 'done';
  };

/** Whether an account's erasure has begun and not ended. */
export async function isAccountBeingErased(run: Run, accountId: number): Promise<boolean> {
  return (await run('SELECT FROM erasures WHERE account_id = $1 AND email IS NULL', [accountId])).length > 0;
}
