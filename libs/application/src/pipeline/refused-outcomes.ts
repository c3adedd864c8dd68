import type { Clock, Timer } from '../ports/clock.js';
import type { ClaimedDelivery, RecordedOutcome } from '../ports/delivery-queue.js';

/** Pauses before a refused outcome is tried again, in milliseconds: eleven minutes in all, for an operator to mend it. */
const pausesMs = [1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 60_000, 120_000, 120_000, 120_000, 120_000];

/**
 * Outcomes that the database took in no form, though it took others: a constraint or a trigger is in their way. They are
 * tried again for minutes, while their leases are renewed: an operator may mend what is in the way, and a webhook that was
 * received is not to be called interrupted meanwhile, nor a mail sent again.
 */
export class RefusedOutcomes {
  /** How often each was refused, by delivery; those that are not being tried right now wait for their timer. */
  private readonly refusals = new Map<string, number>();
  private readonly waiting = new Map<string, { readonly outcome: RecordedOutcome; readonly timer: Timer }>();
  private isLastTry = false;

  constructor(
    private readonly clock: Clock,
    private readonly tryAgain: (outcome: RecordedOutcome) => void,
    /** Hears of each outcome that is given up, with the last refusal. */
    private readonly givenUp: (outcome: RecordedOutcome, error: unknown) => void,
  ) {}

  /** How many wait to be tried again. */
  get count(): number {
    return this.waiting.size;
  }

  /** Keeps an outcome that was refused, for the next try. */
  keep(outcome: RecordedOutcome, error: unknown): void {
    const { deliveryId } = outcome.delivery;
    const refusals = this.refusals.get(deliveryId) ?? 0;
    const pauseMs = pausesMs[refusals];
    if (pauseMs === undefined || this.isLastTry) {
      this.refusals.delete(deliveryId);
      this.givenUp(outcome, error);
      return;
    }
    this.refusals.set(deliveryId, refusals + 1);
    const timer = this.clock.after(pauseMs, () => {
      this.waiting.delete(deliveryId);
      this.tryAgain(outcome);
    });
    this.waiting.set(deliveryId, { outcome, timer });
  }

  /** The delivery's outcome is recorded. */
  forget({ deliveryId }: ClaimedDelivery): void {
    if (this.refusals.size > 0) this.refusals.delete(deliveryId);
  }

  /** Has all be tried once more, now; what is refused then is given up. */
  tryLastTime(): void {
    this.isLastTry = true;
    for (const { outcome, timer } of this.waiting.values()) {
      timer.cancel();
      this.tryAgain(outcome);
    }
    this.waiting.clear();
  }
}
