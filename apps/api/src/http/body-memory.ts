/**
 * How much memory the bodies of requests may take in this process, over all connections, from their first byte until they
 * are answered. Batches have their own part, so that they never leave a single event without room, and one caller has at
 * most half of each.
 */
import { Metrics } from '@belfry/composition';
import { Injectable } from '@nestjs/common';
import { batchLimits, bodyLimits, type BodyLimits } from './body-limits.js';

/** Room for 25,000 single events of the usual 300 bytes, or for 128 bodies of the largest size. */
const bytesForSingleBodies = 128 * bodyLimits.bytes;
/** Room for 100 batches of 1,000 usual events, or for 8 of the largest size. What is parsed of them takes a few times as much. */
const bytesForBatches = 8 * batchLimits.bytes;

/** The memory of one body. */
export interface HeldBody {
  /** Takes so many bytes more; false where there is no room for them. */
  take(bytes: number): boolean;
  /** Gives all of it back. Only the first call counts. */
  release(): void;
}

/** What the bodies of this process hold. */
@Injectable()
export class BodyMemory {
  private readonly single = new Pool(bytesForSingleBodies);
  private readonly batches = new Pool(bytesForBatches);

  constructor(private readonly metrics: Metrics) {
    metrics.watchBodies(() => this.single.taken + this.batches.taken);
  }

  /** Begins to hold a body of this caller. */
  hold(caller: string, limits: BodyLimits): HeldBody {
    const pool = limits === batchLimits ? this.batches : this.single;
    let held = 0;
    return {
      take: (bytes) => {
        const isTaken = pool.take(caller, bytes);
        if (!isTaken) return false;
        held += bytes;
        this.metrics.bodyRead(bytes);
        return true;
      },
      release: () => {
        pool.release(caller, held);
        held = 0;
      },
    };
  }
}

class Pool {
  taken = 0;
  private readonly byCaller = new Map<string, number>();

  constructor(private readonly most: number) {}

  take(caller: string, bytes: number): boolean {
    const ofCaller = (this.byCaller.get(caller) ?? 0) + bytes;
    if (this.taken + bytes > this.most || ofCaller > this.most / 2) return false;
    this.taken += bytes;
    this.byCaller.set(caller, ofCaller);
    return true;
  }

  release(caller: string, bytes: number): void {
    this.taken -= bytes;
    const left = (this.byCaller.get(caller) ?? 0) - bytes;
    if (left > 0) this.byCaller.set(caller, left);
    else this.byCaller.delete(caller);
  }
}
