/**
 * Finds the deliveries of an account as they finish, by looking at its list again and again. A look costs the same
 * whatever the history: it reads the newest deliveries back to those it knows, and by their ids the older ones that
 * have not finished.
 */
import type { DeliveryLog, DeliverySummary } from '@belfry/application';
import type { DeliveryStatus } from '@belfry/domain';

const pageSize = 200;
/** How many older unfinished deliveries one look reads; where there are more, they take turns. */
const mostRead = 1_000;
/** The ids of the newest deliveries are kept, since those of two processes may come out of order by some seconds. */
const mostKnown = 20_000;

/** Watches one account. */
export class FinishedDeliveries {
  /** What was seen of each of the newest deliveries. */
  private known = new Map<string, DeliveryStatus>();
  /** Deliveries with smaller ids are none of ours, unless they had not finished when the watch began. */
  private smallestKnown = '';
  /** Those that have not finished, in the order in which they are read again. */
  private readonly unfinished = new Set<string>();

  constructor(
    private readonly deliveries: DeliveryLog,
    private readonly accountId: number,
  ) {}

  /** Notes what there is. What has finished before is not told. */
  async begin(): Promise<void> {
    const newest = await this.deliveries.list(this.accountId, {}, pageSize);
    for (const delivery of newest.items) this.note(delivery);
    if (newest.next !== null) this.smallestKnown = newest.items.at(-1)?.deliveryId ?? newest.next;
    for (const status of ['queued', 'sending'] as const) {
      for (let before: string | undefined; ;) {
        const page = await this.deliveries.list(this.accountId, { status }, pageSize, before);
        for (const { deliveryId } of page.items) this.unfinished.add(deliveryId);
        if (page.next === null) break;
        before = page.next;
      }
    }
  }

  /** What has finished since the last look, in the order of its finish; one that ended anew is told again. */
  async look(): Promise<DeliverySummary[]> {
    const older = new Set(this.unfinished);
    const finished: DeliverySummary[] = [];
    for await (const delivery of this.newest()) {
      older.delete(delivery.deliveryId);
      if (this.note(delivery)) finished.push(delivery);
    }
    for await (const delivery of this.again([...older].slice(0, mostRead))) {
      if (this.note(delivery)) finished.push(delivery);
    }
    this.forgetOldest();
    return finished.sort((one, other) => Number(one.finishedAt) - Number(other.finishedAt));
  }

  /** The newest deliveries, page by page, until a page holds none that is new. */
  private async *newest(): AsyncGenerator<DeliverySummary> {
    for (let before: string | undefined; ;) {
      const page = await this.deliveries.list(this.accountId, {}, pageSize, before);
      const ours = page.items.filter(({ deliveryId }) => deliveryId >= this.smallestKnown);
      const hasNew = ours.some(({ deliveryId }) => !this.known.has(deliveryId));
      yield* ours;
      if (!hasNew || page.next === null) return;
      before = page.next;
    }
  }

  /** The deliveries with these ids; those that are there no more are forgotten, the others go to the end of the turn. */
  private async *again(ids: readonly string[]): AsyncGenerator<DeliverySummary> {
    for (let start = 0; start < ids.length; start += pageSize) {
      const deliveryIds = ids.slice(start, start + pageSize);
      for (const id of deliveryIds) this.unfinished.delete(id);
      yield* (await this.deliveries.list(this.accountId, { deliveryIds }, pageSize)).items;
    }
  }

  /** Keeps what was seen; true where the delivery has come to an end that was not seen before. */
  private note({ deliveryId, status }: DeliverySummary): boolean {
    const isNews = this.known.get(deliveryId) !== status;
    if (deliveryId >= this.smallestKnown) this.known.set(deliveryId, status);
    const isFinished = status !== 'queued' && status !== 'sending';
    if (isFinished) this.unfinished.delete(deliveryId);
    else this.unfinished.add(deliveryId);
    return isFinished && isNews;
  }

  private forgetOldest(): void {
    if (this.known.size <= mostKnown) return;
    const newest = [...this.known].sort(([one], [other]) => (one < other ? 1 : -1)).slice(0, mostKnown / 2);
    this.known = new Map(newest);
    this.smallestKnown = newest.at(-1)![0];
  }
}
