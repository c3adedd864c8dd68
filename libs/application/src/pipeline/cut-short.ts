import type { Turn } from '../ports/delivery-queue.js';
import type { ChannelPolicy } from './channel-policies.js';
import type { Seat } from './lane.js';
import type { PaceKind } from './pace.js';

/** Who got all that the limits left them, as the queue was gone through. */
interface Round {
  readonly turns: Set<Turn>;
  /** The paces of those that have nothing in flight, whose end would tell that there is a place again. */
  readonly paces: Set<PaceKind>;
}

const newRound = (): Round => ({ turns: new Set(), paces: new Set() });

/** Remembers whose deliveries the limits kept in the queue: more of theirs can start once a place of theirs is free. */
export class CutShort {
  /** As the queue was last gone through, and as it is being gone through again. */
  private last = newRound();
  private current = newRound();

  constructor(private readonly policy: Pick<ChannelPolicy, 'lane' | 'turnOf' | 'waitingPace'>) {}

  /** These got all that the limits left them in the last look. */
  note(turns: readonly Turn[]): void {
    for (const turn of turns) {
      this.current.turns.add(turn);
      const pace = this.policy.waitingPace(turn);
      if (pace !== null) this.current.paces.add(pace);
    }
  }

  /** The end of the queue was seen; `isWhole` says whether the round began at its front. */
  roundEnds(isWhole: boolean): void {
    if (isWhole) this.last = this.current;
    this.current = newRound();
  }

  /** Says whether somebody may start in the place that has just become free. */
  isWaitingFor(seat: Seat): boolean {
    const turn = this.policy.turnOf(seat);
    return [this.last, this.current].some(
      ({ turns, paces }) => turns.has(turn) || [...paces].some((kind) => this.policy.lane.shareOf(kind) > 0),
    );
  }
}
