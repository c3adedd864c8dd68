/**
 * How much memory the bodies of requests may take in this process, over all connections, from their first byte until they
 * are answered. Batches have their own part, so that they never leave a single event without room. One key of the
 * platform has at most half of each, and so have all accounts together, one of them half of that: whatever customers
 * send, and however slowly, the platform's publishers have room.
 */
import { Telemetry, type Metrics } from '@belfry/telemetry';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
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

/** Who sends a body. All keys and sessions of an account are one caller. */
export interface BodyCaller {
  readonly name: string;
  readonly isAccount: boolean;
}

/** Whose memory the body of this request takes: the account's where its sender has one. In development, a stranger's address. */
export function callerOf({ principal, client }: FastifyRequest): BodyCaller {
  if (principal === undefined) return { name: client, isAccount: true };
  const { accountId, id } = principal;
  return accountId === null
    ? { name: id, isAccount: false }
    : { name: `account ${accountId}`, isAccount: true };
}

/** What the bodies of this process hold. */
@Injectable()
export class BodyMemory {
  private readonly single = new Pool(bytesForSingleBodies);
  private readonly batches = new Pool(bytesForBatches);

  private readonly metrics: Metrics;

  constructor({ metrics }: Telemetry) {
    this.metrics = metrics;
    metrics.watchBodies(() => this.single.taken + this.batches.taken);
  }

  /** Begins to hold a body of this caller. */
  hold(caller: BodyCaller, limits: BodyLimits): HeldBody {
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
  private ofAccounts = 0;
  private readonly byCaller = new Map<string, number>();

  constructor(private readonly most: number) {}

  take({ name, isAccount }: BodyCaller, bytes: number): boolean {
    const half = this.most / 2;
    const ofCaller = (this.byCaller.get(name) ?? 0) + bytes;
    if (this.taken + bytes > this.most || ofCaller > (isAccount ? half / 2 : half)) return false;
    if (isAccount && this.ofAccounts + bytes > half) return false;
    this.add({ name, isAccount }, bytes);
    return true;
  }

  release(caller: BodyCaller, bytes: number): void {
    this.add(caller, -bytes);
  }

  private add({ name, isAccount }: BodyCaller, bytes: number): void {
    this.taken += bytes;
    if (isAccount) this.ofAccounts += bytes;
    const ofCaller = (this.byCaller.get(name) ?? 0) + bytes;
    if (ofCaller > 0) this.byCaller.set(name, ofCaller);
    else this.byCaller.delete(name);
  }
}
