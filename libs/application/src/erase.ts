/**
 * Erases accounts and persons' addresses. The first transaction takes away what makes the account one, or the address off
 * every list; from then on nothing new is kept or sent. What is stored goes in steps of some milliseconds with pauses
 * between them, so that nobody waits for it. Killed at any point: the erasure stands in the database, and whichever
 * process looks next begins it anew.
 */
import type { ApiKeys } from './access/api-keys.js';
import { auditEntry } from './access/audit.js';
import type { Principal } from './access/principal.js';
import type { ActivityLog } from './ports/activity-log.js';
import type { Clock, Timer } from './ports/clock.js';
import type { Erasure, Erasures } from './ports/erasures.js';

/** The result of asking for a person's address to be erased. */
export type EraseRecipientResult =
  | { readonly status: 'erased' }
  | { readonly status: 'unknown_account' }
  /** The account needs a primary contact: it must be given another one first. */
  | { readonly status: 'primary_contact' };

/** Deleting takes a fraction of the database's time, not all of it. */
const pauseMs = 10;
/** Something else must end: a publish of some milliseconds, or a mail that is being sent. */
const waitMs = 200;
/** How often a process looks for an erasure that was left. */
const lookMs = 10_000;
/** How long a caller is kept waiting for the end of what goes on without them, in milliseconds. */
const usualPatienceMs = 5_000;

/** Erases. */
export class Erase {
  private readonly underWay = new Map<string, Promise<void>>();
  private timer: Timer | null = null;
  private stopped = false;

  constructor(
    private readonly erasures: Erasures,
    private readonly keys: ApiKeys,
    private readonly clock: Clock,
    private readonly log: ActivityLog,
  ) {}

  /** Begins to look for erasures that were left, now and then. */
  run(): void {
    this.timer = this.clock.every(lookMs, () => this.takeUp());
    this.takeUp();
  }

  /** Ends after the steps that are under way. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.timer?.cancel();
    await Promise.all(this.underWay.values());
  }

  /**
   * Erases an account; false where there is none. Answers when nothing of it is left or, where that takes longer than
   * `patienceMs`, while it goes on.
   */
  async account(accountId: number, actor: Principal, patienceMs = usualPatienceMs): Promise<boolean> {
    const erasure = await this.erasures.beginAccount(
      accountId,
      auditEntry(actor, 'account.erased', null, null),
    );
    if (erasure === null) return false;
    this.keys.forgetAccount(accountId);
    await this.patiently(this.goThrough(erasure), patienceMs);
    return true;
  }

  /** Erases a person's address from an account; answers as `account` does. */
  async recipient(
    accountId: number,
    address: string,
    actor: Principal,
    patienceMs = usualPatienceMs,
  ): Promise<EraseRecipientResult> {
    const audit = auditEntry(actor, 'recipient.erased', null, null);
    const begun = await this.erasures.beginRecipient(accountId, address, audit);
    if (typeof begun === 'string') return { status: begun };
    await this.patiently(this.goThrough(begun), patienceMs);
    return { status: 'erased' };
  }

  /** Waits until nothing is left of an account that was erased; false where it takes longer. */
  async untilGone(accountId: number, patienceMs = usualPatienceMs): Promise<boolean> {
    const end = this.clock.elapsedMs() + patienceMs;
    while (await this.erasures.isAccountLeft(accountId)) {
      if (this.clock.elapsedMs() >= end) return false;
      await this.clock.pause(waitMs);
    }
    return true;
  }

  private takeUp(): void {
    this.erasures
      .takeUp()
      .then((erasure) => {
        if (erasure !== null) void this.goThrough(erasure);
      })
      .catch((error: unknown) => this.log.failed('looking for erasures', error));
  }

  private goThrough(erasure: Erasure): Promise<void> {
    const known = this.underWay.get(erasure.erasureId);
    if (known !== undefined) return known;
    const way = this.stepByStep(erasure)
      .catch((error: unknown) => this.log.failed('erasing', error))
      .finally(() => this.underWay.delete(erasure.erasureId));
    this.underWay.set(erasure.erasureId, way);
    return way;
  }

  private async stepByStep(erasure: Erasure): Promise<void> {
    const work = this.erasures.work(erasure);
    while (!this.stopped) {
      const step = await work.step();
      if (step === 'done') return;
      await this.clock.pause(step === 'more' ? pauseMs : waitMs);
    }
  }

  private async patiently(work: Promise<void>, patienceMs: number): Promise<void> {
    if (patienceMs === Infinity) return work;
    let timer: Timer | undefined;
    const end = new Promise<void>((resolve) => (timer = this.clock.after(patienceMs, resolve)));
    await Promise.race([work, end]);
    timer?.cancel();
  }
}
