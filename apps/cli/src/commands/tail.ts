/**
 * `belfry deliveries tail`: the deliveries of an account as they finish. It reads the account's list again and again. A
 * look costs the same whatever the history: it reads the newest deliveries back to those it knows, and by their ids the
 * older ones that have not finished.
 */
import type { Delivery } from '@belfry/contract';
import type { DeliveryStatus } from '@belfry/domain';
import { Option } from '@commander-js/extra-typings';
import type { Backend } from '../backend/backend.js';
import { accountText, channelOption, eventTypeOption, verb } from '../command.js';
import type { CommandContext } from '../command-context.js';
import { readAccountId } from '../input.js';
import { remark, showNext, untilStopped } from '../output.js';
import { finishedLine } from './delivery-text.js';

const pollMs = 1_000;
const pageSize = 200;
/** How many older unfinished deliveries one look reads; where there are more, they take turns. */
const mostRead = 1_000;
/** The ids of the newest deliveries are kept, since those of two processes may come out of order by some seconds. */
const mostKnown = 20_000;

export const tailCommand = (context: CommandContext) =>
  verb(
    'tail',
    'Show the deliveries of an account as they finish, until Ctrl-C',
    ['belfry deliveries tail 42', 'belfry deliveries tail 42 --status failed --json | tee failed.ndjson'],
    'With the embedded database, start the API first: it cannot start while this command has the database open.',
  )
    .argument('<account>', accountText, readAccountId)
    .addOption(
      new Option('--status <status>', 'Only those that end with this status').choices([
        'succeeded',
        'failed',
        'interrupted',
      ] as const),
    )
    .addOption(channelOption)
    .addOption(eventTypeOption(context.catalogue))
    .action(async (accountId, options) => {
      const stopped = untilStopped();
      const { deliveries } = await context.backend();
      const watched = new FinishedDeliveries(deliveries, accountId);
      await watched.begin();
      remark({}, 'Waiting for deliveries to finish, checking once a second. Press Ctrl-C to stop.');
      while (await isTimeToLook(stopped)) {
        for (const delivery of await watched.look()) {
          if (
            (options.status ?? delivery.status) === delivery.status &&
            (options.channel ?? delivery.channel) === delivery.channel &&
            (options.eventType ?? delivery.event_type) === delivery.event_type
          )
            showNext(options, delivery, () => finishedLine(delivery, context.catalogue));
        }
      }
    });

/** True when it is time to look again, false once the command is stopped. */
async function isTimeToLook(stopped: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const nextLook = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(true), pollMs);
  });
  const answer = await Promise.race([nextLook, stopped.then(() => false)]);
  clearTimeout(timer);
  return answer;
}

/** Watches one account. */
export class FinishedDeliveries {
  /** What was seen of each of the newest deliveries. */
  private known = new Map<string, DeliveryStatus>();
  /** Deliveries with smaller ids are not ours, unless they had not finished when the watch began. */
  private smallestKnown = '';
  /** Those that have not finished, in the order in which they are read again. */
  private readonly unfinished = new Set<string>();

  constructor(
    private readonly deliveries: Pick<Backend['deliveries'], 'list' | 'find'>,
    private readonly accountId: number,
  ) {}

  /** Notes what there is. What finished before is not reported. */
  async begin(): Promise<void> {
    const newest = await this.deliveries.list(this.accountId, {}, { limit: pageSize });
    for (const delivery of newest.items) this.note(delivery);
    if (newest.next_cursor !== null) this.smallestKnown = newest.items.at(-1)?.delivery_id ?? '';
    for (const status of ['queued', 'sending'] as const) {
      for (let cursor: string | undefined; ;) {
        const page = await this.deliveries.list(this.accountId, { status }, { limit: pageSize, cursor });
        for (const { delivery_id } of page.items) this.unfinished.add(delivery_id);
        if (page.next_cursor === null) break;
        cursor = page.next_cursor;
      }
    }
  }

  /** What has finished since the last look, in the order of its finish; one that ends anew is reported again. */
  async look(): Promise<Delivery[]> {
    const older = new Set(this.unfinished);
    const finished: Delivery[] = [];
    for await (const delivery of this.newest()) {
      older.delete(delivery.delivery_id);
      if (this.note(delivery)) finished.push(delivery);
    }
    for await (const delivery of this.again([...older].slice(0, mostRead))) {
      if (this.note(delivery)) finished.push(delivery);
    }
    this.forgetOldest();
    return finished.sort((one, other) => timeOf(one) - timeOf(other));
  }

  /** The newest deliveries, page by page, until a page holds nothing new. */
  private async *newest(): AsyncGenerator<Delivery> {
    for (let cursor: string | undefined; ;) {
      const page = await this.deliveries.list(this.accountId, {}, { limit: pageSize, cursor });
      const ours = page.items.filter(({ delivery_id }) => delivery_id >= this.smallestKnown);
      const hasNew = ours.some(({ delivery_id }) => !this.known.has(delivery_id));
      yield* ours;
      if (!hasNew || page.next_cursor === null) return;
      cursor = page.next_cursor;
    }
  }

  /** The deliveries with these ids; those that no longer exist are forgotten, the others go to the end of the turn. */
  private async *again(ids: readonly string[]): AsyncGenerator<Delivery> {
    if (ids.length === 0) return;
    for (const id of ids) this.unfinished.delete(id);
    yield* await this.deliveries.find(this.accountId, ids);
  }

  /** Keeps what was seen; true where the delivery has come to an end that was not seen before. */
  private note({ delivery_id, status }: Delivery): boolean {
    const isNews = this.known.get(delivery_id) !== status;
    if (delivery_id >= this.smallestKnown) this.known.set(delivery_id, status);
    const isFinished = status !== 'queued' && status !== 'sending';
    if (isFinished) this.unfinished.delete(delivery_id);
    else this.unfinished.add(delivery_id);
    return isFinished && isNews;
  }

  private forgetOldest(): void {
    if (this.known.size <= mostKnown) return;
    const newest = [...this.known].sort(([one], [other]) => (one < other ? 1 : -1)).slice(0, mostKnown / 2);
    this.known = new Map(newest);
    this.smallestKnown = newest.at(-1)![0];
  }
}

/** What is over has a time at which it finished. */
function timeOf({ finished_at }: Delivery): number {
  return Date.parse(finished_at!);
}
