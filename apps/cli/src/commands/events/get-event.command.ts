import { EventStore } from '@belfry/application';
import { SubCommand } from 'nest-commander';
import { notFound } from '../../failure.js';
import { readAccountId, readMadeId } from '../../input/values.js';
import { printableJson } from '../../output/printable.js';
import { record, table } from '../../output/table.js';
import { BelfryCommand, type JsonOption } from '../belfry-command.js';
import { deliveryColumns } from '../deliveries/delivery-columns.js';

/** Shows an event. */
@SubCommand({
  name: 'get',
  arguments: '<account> <event>',
  description: 'show an event with its payload and its deliveries',
  argsDescription: { account: "the account's id", '<event>': "the event's id" },
})
export class GetEventCommand extends BelfryCommand {
  protected readonly examples = ['belfry events get 42 019ab4e2-7c1d-7a53-9f0e-2b6d8c4e1f00'];

  async run([account, id]: string[], options: JsonOption): Promise<void> {
    const accountId = readAccountId(account);
    const eventId = readMadeId(id, 'event');
    const { app, composition } = await this.workplace.open();
    const event = await app.get(EventStore).find(accountId, eventId);
    if (event === null) throw notFound('event');
    const payload = JSON.parse(event.payload) as unknown;
    const document = {
      ...composition.eventOnTheWire(event),
      payload,
      deliveries: event.deliveries.map((delivery) => composition.deliveryOnTheWire(delivery, 'platform')),
    };
    this.output.show(options, document, () =>
      [
        record([
          ['event', event.eventId],
          ['event type', event.eventType],
          ['environment', event.environment],
          ['account', event.accountId],
          ['accepted', event.acceptedAt],
        ]),
        printableJson(payload, 2),
        table(deliveryColumns, event.deliveries, 'It led to no deliveries.'),
      ].join('\n\n'),
    );
  }
}
