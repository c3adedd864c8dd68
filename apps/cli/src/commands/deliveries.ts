/** `belfry deliveries`: who each event was sent to, and whether it arrived. */
import type { InterruptedAccount } from '@belfry/application';
import { deliveryStatuses } from '@belfry/domain';
import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import {
  accountText,
  channelOption,
  dryRunOption,
  eventTypeOption,
  fromOption,
  group,
  toOption,
  verb,
  yesOption,
} from '../command.js';
import type { CommandContext } from '../command-context.js';
import { confirm, idOf, isUuid, readAccountId, readTime, requireTerminal } from '../input.js';
import { listVerb, showList } from '../list.js';
import { counted, remark, show, written } from '../output.js';
import { record, table, type Column } from '../table.js';
import { attemptText, deliveryColumns } from './delivery-text.js';
import { dryRunOrYes, redeliverCommand } from './redeliver.js';
import { tailCommand } from './tail.js';

export const deliveriesCommand = (context: CommandContext) =>
  group(
    'deliveries',
    'See who each event was delivered to, and deliver again',
    ['belfry deliveries list 42 --status failed', 'belfry deliveries tail 42'],
    [list(context), get(context), redeliverCommand(context), tailCommand(context), interruptQueued(context)],
  );

const list = (context: CommandContext) =>
  listVerb('list', 'List the deliveries of an account, newest first', [
    'belfry deliveries list 42 --status failed --channel webhook',
    'belfry deliveries list 42 --from 2026-11-24T00:00:00Z --to 2026-11-25T00:00:00Z --all --json',
  ])
    .argument('<account>', accountText, readAccountId)
    .addOption(new Option('--status <status>', 'Only with this status').choices(deliveryStatuses))
    .addOption(channelOption)
    .addOption(eventTypeOption(context.catalogue))
    .option('--event-id <id>', 'Only of this event', (text) => {
      if (isUuid(text)) return text.toLowerCase();
      throw new InvalidArgumentError('It must be the ID of an event, a UUID.');
    })
    .addOption(fromOption)
    .addOption(toOption)
    .action(async (accountId, options) => {
      const { deliveries } = await context.backend();
      const { status, channel, eventType, eventId, from, to } = options;
      const filter = { status, channel, event_type: eventType, event_id: eventId, from, to };
      await showList(options, 'deliveries', deliveryColumns, 'No deliveries match.', (part) =>
        deliveries.list(accountId, filter, part),
      );
    });

const get = (context: CommandContext) =>
  verb('get', 'Show a delivery with its attempts: what was sent, and what came back', [
    'belfry deliveries get 42 019ab4e2-7c1d-7a53-9f0e-2b6d8c4e1f00',
  ])
    .argument('<account>', accountText, readAccountId)
    .argument('<delivery>', "The delivery's ID", idOf('delivery'))
    .action(async (accountId, deliveryId, options) => {
      const { deliveries } = await context.backend();
      const delivery = await deliveries.get(accountId, deliveryId);
      show(options, delivery, () =>
        [
          record([
            ['delivery', delivery.delivery_id],
            ['event', delivery.event_id],
            ['event type', delivery.event_type],
            ['channel', delivery.channel],
            ['destination', delivery.destination],
            ['status', delivery.status],
            ['reason', delivery.reason],
            ['redelivery of', delivery.redelivery_of],
            ['test', delivery.test ? 'yes' : 'no'],
            ['created', delivery.created_at],
            ['finished', delivery.finished_at],
          ]),
          ...delivery.attempts.map(attemptText),
        ].join('\n\n'),
      );
    });

const interruptedColumns: readonly Column<InterruptedAccount>[] = [
  { heading: 'ACCOUNT', value: ({ accountId }) => accountId },
  { heading: 'INTERRUPTED', value: ({ interrupted }) => interrupted },
  { heading: 'IN FLIGHT', value: ({ beingSent }) => beingSent },
];

/** Makes a restored backup safe to start on. */
const interruptQueued = (context: CommandContext) =>
  verb(
    'interrupt-queued',
    'After restoring a backup, keep its queued webhooks from being sent twice',
    [
      'belfry deliveries interrupt-queued --dry-run',
      'belfry deliveries interrupt-queued --before 2026-11-24T12:00:00Z --yes --json',
      'belfry deliveries redeliver 42 --status interrupted',
    ],
    'Run it on the restored database before any API or worker starts. Webhooks that were queued or being sent when the\n' +
      'backup was made may have arrived since. They become interrupted, and are sent again only by `belfry deliveries redeliver`.\n' +
      'Mails stay queued.',
  )
    .addOption(yesOption)
    .addOption(dryRunOption)
    .option('--before <time>', 'Only those created before this time (default: now)', readTime)
    .action(async (options) => {
      if (!options.yes && !options.dryRun) requireTerminal(dryRunOrYes);
      const maintenance = await context.maintenance();
      const before = new Date(options.before ?? Date.now());
      const expected = await maintenance.queuedBefore(before);
      if (!options.yes && !options.dryRun && expected.length > 0)
        await confirm(
          `Interrupt ${counted(totalOf(expected), 'webhook')} of ${counted(expected.length, 'account')}? They are sent only if you redeliver them.`,
        );
      const accounts = options.dryRun ? expected : await maintenance.interruptQueuedBefore(before);
      const total = totalOf(accounts);
      const document = {
        interrupted: total,
        accounts: accounts.map(({ accountId, interrupted, beingSent }) => ({
          account_id: accountId,
          interrupted,
          being_sent: beingSent,
        })),
      };
      show(options, document, () =>
        table(interruptedColumns, accounts, 'No webhooks were queued or being sent.'),
      );
      if (total === 0) return;
      remark(
        options,
        options.dryRun
          ? `${written(total)} in all would be interrupted. Nothing was changed.`
          : `${written(total)} in all. Mails stay queued, and are sent once an API or a worker runs.`,
      );
    });

function totalOf(accounts: readonly InterruptedAccount[]): number {
  return accounts.reduce((sum, { interrupted }) => sum + interrupted, 0);
}
