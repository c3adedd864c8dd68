import { StorageUnavailable } from '@belfry/application';

/** How long after a refusal nothing may be refused before the database is believed to serve again. */
const quietMs = 5_000;

/**
 * Remembers which work the database refuses for now, though it can be reached: it is read-only, or its disk is full. Such
 * a database answers every question of a health check, so the check has to ask here.
 */
export class Refusals {
  private readonly refused = new Set<string>();
  private lastAt = -Infinity;

  /** Work was refused; `work` names it. */
  add(work: string): void {
    this.refused.add(work);
    this.lastAt = performance.now();
  }

  /** The same work was done. */
  served(work: string): void {
    if (this.refused.size > 0) this.refused.delete(work);
  }

  /**
   * Where nobody asks for the refused work any more, nobody learns that it would be done: `rehearse` tries. Answers
   * whether all is well, and forgets the refusals then.
   */
  async areOver(rehearse: () => Promise<void>): Promise<boolean> {
    if (this.refused.size === 0) return true;
    if (performance.now() - this.lastAt < quietMs) return false;
    try {
      await rehearse();
    } catch (error) {
      if (!(error instanceof StorageUnavailable)) throw error;
      this.lastAt = performance.now();
      return false;
    }
    this.refused.clear();
    return true;
  }
}
