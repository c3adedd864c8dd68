import { AccountStore, Clock, DeliveryStatistics, type DeliveryCount } from '@belfry/application';
import { Command, Option } from 'nest-commander';
import { notFound, WrongUse } from '../../failure.js';
import { readAccountId } from '../../input/values.js';
import { record, table } from '../../output/table.js';
import { BelfryCommand, type JsonOption } from '../belfry-command.js';
import { deliveriesByHour, hoursASign, sparkLine } from './spark-line.js';
import { statisticsColumns, statisticsRows } from './statistics-table.js';

interface StatisticsOptions extends JsonOption {
  readonly window: string;
}

/** Shows how many deliveries there were, what became of them, and how long they took. */
@Command({
  name: 'stats',
  arguments: '<account>',
  description: 'count the deliveries of an account, by event type and channel, and show how long they took',
  argsDescription: { account: "the account's id" },
})
export class StatisticsCommand extends BelfryCommand {
  protected readonly examples = ['belfry stats 42', 'belfry stats 42 --window 7d --json'];
  protected override readonly details =
    'P50, P95 and P99 are the durations of the last attempts in milliseconds, accurate to within 10 %. The current hour is included.';

  async run([id]: string[], options: StatisticsOptions): Promise<void> {
    const accountId = readAccountId(id);
    const { composition } = await this.workplace.configure();
    const hours = composition.hoursOfWindow(options.window);
    if (hours === null) throw new WrongUse(`--window ${composition.windowRule}`);
    const { app } = await this.workplace.open();
    if ((await app.get(AccountStore).find(accountId)) === null) throw notFound('account');
    const now = app.get(Clock).now();
    const from = composition.beginningOfWindow(hours, now);
    const statistics = app.get(DeliveryStatistics);
    const counts = await statistics.since(accountId, from);
    const durations = options.json === true ? [] : await statistics.durationsSince(accountId, from);
    this.output.show(options, composition.deliveryStatsOnTheWire(accountId, from, now, counts), () =>
      [
        table(statisticsColumns, statisticsRows(counts, durations), 'There were no deliveries.'),
        ...(counts.length === 0 ? [] : [byHour(counts, from, hours)]),
      ].join('\n\n'),
    );
  }

  @Option({
    flags: '--window <window>',
    description: 'hours or days up to now, such as 24h or 7d, at most 31d',
    defaultValue: '24h',
  })
  readWindow(text: string): string {
    return text;
  }
}

function byHour(counts: readonly DeliveryCount[], from: Date, hours: number): string {
  const line = (...statuses: readonly DeliveryCount['status'][]) => {
    const numbers = deliveriesByHour(counts, statuses, from, hours);
    return `${sparkLine(numbers)}  at most ${Math.max(...numbers)}`;
  };
  const width = hoursASign(hours);
  return record([
    [
      '',
      `from ${from.toISOString()}, ${width === 1 ? '1 hour per character' : `${width} hours per character`}`,
    ],
    ['succeeded', line('succeeded')],
    ['failed', line('failed', 'interrupted')],
  ]);
}
