/** `belfry deliveries redeliver`: one delivery, or all that failed or were interrupted. */
import type { RedeliveriesQueued, RedeliveryFilter } from '@belfry/contract';
import { Option } from '@commander-js/extra-typings';
import type { Backend } from '../backend/backend.js';
import {
  accountText,
  channelOption,
  dryRunOption,
  eventTypeOption,
  fromOption,
  toOption,
  verb,
  yesOption,
} from '../command.js';
import type { CommandContext } from '../command-context.js';
import { redeliveryLimit, WrongUse } from '../failure.js';
import { confirm, idOf, readAccountId, requireTerminal } from '../input.js';
import { counted, remark, show, written } from '../output.js';

/** What to do where nobody can be asked. */
export const dryRunOrYes = 'add --yes to do it, or --dry-run to see what would be done';

const whoSends = 'An API or a worker sends it as soon as one runs.';

export const redeliverCommand = (context: CommandContext) =>
  verb(
    'redeliver',
    'Redeliver one delivery, or all with a status that have not been redelivered yet',
    [
      'belfry deliveries redeliver 42 019ab4e2-7c1d-7a53-9f0e-2b6d8c4e1f00',
      'belfry deliveries redeliver 42 --status failed --dry-run',
      'belfry deliveries redeliver 42 --status failed --channel webhook --from 2026-11-24T00:00:00Z --yes',
    ],
    'Redeliveries are queued, and an API or a worker sends them as soon as one runs. The command asks before it queues many.',
  )
    .argument('<account>', accountText, readAccountId)
    .argument('[delivery]', "The delivery's ID", idOf('delivery'))
    .addOption(yesOption)
    .addOption(dryRunOption)
    .addOption(
      new Option('--status <status>', 'All that ended with this status').choices([
        'failed',
        'interrupted',
      ] as const),
    )
    .addOption(channelOption)
    .addOption(eventTypeOption(context.catalogue))
    .addOption(fromOption)
    .addOption(toOption)
    .action(async (accountId, deliveryId, options) => {
      const { json: _json, yes, dryRun, status, eventType, ...others } = options;
      const filter = { ...others, ...(eventType === undefined ? {} : { event_type: eventType }) };
      if (deliveryId !== undefined) {
        if (status !== undefined || dryRun || Object.keys(filter).length > 0)
          throw new WrongUse(
            'give either the ID of one delivery, or --status and the other filters, not both',
          );
        const { deliveries } = await context.backend();
        const queued = await deliveries.redeliver(accountId, deliveryId);
        show(options, queued, () => `Queued as ${queued.delivery_id}.`);
        remark(options, whoSends);
        return;
      }
      if (status === undefined)
        throw new WrongUse(
          'give the ID of one delivery, or --status failed or --status interrupted for many',
        );
      if (!yes && !dryRun) requireTerminal(dryRunOrYes);
      const { deliveries } = await context.backend();
      await redeliverMany(deliveries, accountId, { status, ...filter }, options);
    });

async function redeliverMany(
  deliveries: Backend['deliveries'],
  accountId: number,
  filter: RedeliveryFilter,
  options: {
    readonly json?: true | undefined;
    readonly yes?: true | undefined;
    readonly dryRun?: true | undefined;
  },
): Promise<void> {
  const expected = await deliveries.countRedeliveries(accountId, filter);
  if (options.dryRun) {
    if (expected === null)
      throw new WrongUse(
        '--dry-run needs the database: the API does not count. To see the deliveries, use `belfry deliveries list` with the same filters',
      );
    show(options, { would_redeliver: expected }, () =>
      expected === 0
        ? 'There is nothing to redeliver.'
        : `Up to ${written(expected)} would be queued again. Nothing was changed.`,
    );
    return;
  }
  if (expected !== 0 && !options.yes) {
    const which =
      expected === null ? `all matching deliveries` : `up to ${counted(expected, 'delivery', 'deliveries')}`;
    await confirm(`Redeliver ${which} of account ${accountId}?`);
  }
  const result = await deliveries.redeliverMany(accountId, filter);
  show(options, result, () => resultText(result));
  if (result.redelivered > 0) remark(options, whoSends);
}

function resultText({ redelivered, passed_over: skipped = 0, limited }: RedeliveriesQueued): string {
  return [
    redelivered > 0
      ? `Queued ${counted(redelivered, 'redelivery', 'redeliveries')}.`
      : skipped > 0 || limited !== undefined
        ? 'Nothing was redelivered.'
        : 'There was nothing to redeliver.',
    ...(skipped === 0
      ? []
      : [
          `Skipped ${counted(skipped, 'mail')} to addresses that are no longer subscribed to that event type.`,
        ]),
    ...(limited === undefined
      ? []
      : [`The rest was not queued: ${redeliveryLimit(limited.channel, limited.retry_after)}.`]),
  ].join('\n');
}
