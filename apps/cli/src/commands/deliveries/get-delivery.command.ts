import { DeliveryLog } from '@belfry/application';
import { SubCommand } from 'nest-commander';
import { notFound } from '../../failure.js';
import { readAccountId, readMadeId } from '../../input/values.js';
import { record } from '../../output/table.js';
import { BelfryCommand, type JsonOption } from '../belfry-command.js';
import { attemptText } from './attempt-text.js';
import { shownDestination } from './delivery-columns.js';

/** Shows a delivery. */
@SubCommand({
  name: 'get',
  arguments: '<account> <delivery>',
  description: 'show a delivery with its attempts: what was sent, and what came back',
  argsDescription: { account: "the account's id", delivery: "the delivery's id" },
})
export class GetDeliveryCommand extends BelfryCommand {
  protected readonly examples = ['belfry deliveries get 42 019ab4e2-7c1d-7a53-9f0e-2b6d8c4e1f00'];

  async run([account, id]: string[], options: JsonOption): Promise<void> {
    const accountId = readAccountId(account);
    const deliveryId = readMadeId(id, 'delivery');
    const { app, composition } = await this.workplace.open();
    const delivery = await app.get(DeliveryLog).find(accountId, deliveryId);
    if (delivery === null) throw notFound('delivery');
    this.output.show(options, composition.deliveryWithAttemptsOnTheWire(delivery, 'platform'), () =>
      [
        record([
          ['delivery', delivery.deliveryId],
          ['event', delivery.eventId],
          ['event type', delivery.eventType],
          ['channel', delivery.channel],
          ['destination', shownDestination(delivery)],
          ['status', delivery.status],
          ['reason', delivery.reason],
          ['redelivery of', delivery.redeliveryOf],
          ['test', delivery.test ? 'yes' : 'no'],
          ['created', delivery.createdAt],
          ['finished', delivery.finishedAt],
        ]),
        ...delivery.attempts.map(attemptText),
      ].join('\n\n'),
    );
  }
}
