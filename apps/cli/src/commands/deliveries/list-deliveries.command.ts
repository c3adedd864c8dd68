import { AccountStore, DeliveryLog, type DeliveryFilter, type DeliverySummary } from '@belfry/application';
import { channels, deliveryStatuses, platformCatalogue } from '@belfry/domain';
import { Option, SubCommand } from 'nest-commander';
import { InvalidValue, notFound } from '../../failure.js';
import { readPage } from '../../input/pages.js';
import { isMadeId, readAccountId, readTime, readWord } from '../../input/values.js';
import { table } from '../../output/table.js';
import { ListCommand, type ListOptions } from '../list-command.js';
import { deliveryColumns } from './delivery-columns.js';
import { channelOption, eventTypeOption, fromOption, toOption } from './delivery-options.js';

/** Lists the deliveries of an account. */
@SubCommand({
  name: 'list',
  arguments: '<account>',
  description: 'list the deliveries of an account, newest first',
  argsDescription: { account: "the account's id" },
})
export class ListDeliveriesCommand extends ListCommand {
  protected readonly examples = [
    'belfry deliveries list 42 --status failed --channel webhook',
    'belfry deliveries list 42 --from 2026-11-24T00:00:00Z --to 2026-11-25T00:00:00Z --all --json',
  ];

  async run([id]: string[], options: ListOptions & DeliveryFilter): Promise<void> {
    const accountId = readAccountId(id);
    const past = await this.idBeforePage(options, isMadeId);
    const { app, composition } = await this.workplace.open();
    const { status, channel, eventType, eventId, from, to } = options;
    const filter = { status, channel, eventType, eventId, from, to };
    const { items, next_cursor } = await readPage<DeliverySummary>(composition, options, past, (limit, id) =>
      app.get(DeliveryLog).list(accountId, filter, limit, id),
    );
    if (items.length === 0 && (await app.get(AccountStore).find(accountId)) === null)
      throw notFound('account');
    this.output.show(
      options,
      {
        deliveries: items.map((delivery) => composition.deliveryOnTheWire(delivery, 'platform')),
        next_cursor,
      },
      () => table(deliveryColumns, items, 'There are no such deliveries.'),
    );
    this.remarkMore(options, next_cursor);
  }

  @Option({ flags: '--status <status>', description: 'only in this state', choices: [...deliveryStatuses] })
  readStatus(text: string) {
    return readWord(text, deliveryStatuses);
  }

  @Option(channelOption)
  readChannel(text: string) {
    return readWord(text, channels);
  }

  @Option(eventTypeOption)
  readEventType(text: string): string {
    return readWord(text, platformCatalogue.keys);
  }

  @Option({ flags: '--event-id <id>', description: 'only of this event' })
  readEventId(text: string): string {
    if (isMadeId(text)) return text.toLowerCase();
    throw new InvalidValue('It must be the id of an event, a UUID.');
  }

  @Option(fromOption)
  readFrom(text: string): Date {
    return readTime(text);
  }

  @Option(toOption)
  readTo(text: string): Date {
    return readTime(text);
  }
}
