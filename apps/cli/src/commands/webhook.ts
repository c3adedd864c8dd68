/** `belfry webhook`: an account's endpoint. */
import { accountText, group, verb } from '../command.js';
import type { CommandContext } from '../command-context.js';
import { Refusal } from '../failure.js';
import { oneOf, readAccountId } from '../input.js';
import { show } from '../output.js';
import { record } from '../table.js';
import { attemptText } from './delivery-text.js';

export const webhookCommand = (context: CommandContext) =>
  group('webhook', "Test an account's endpoint", ['belfry webhook test 42 run_failed'], [test(context)]);

const test = (context: CommandContext) =>
  verb(
    'test',
    "Send a sample event to an account's endpoint now, even if its event type is off",
    ['belfry webhook test 42 run_failed'],
    "It is sent from this machine, with this machine's WEBHOOK_ALLOWED_HOSTS. With --url, the API sends it.",
  )
    .argument('<account>', accountText, readAccountId)
    .argument(
      '<event_type>',
      `One of ${context.catalogue.keys.join(', ')}`,
      oneOf('event type', context.catalogue.keys),
    )
    .action(async (accountId, eventType, options) => {
      const { deliveries } = await context.backend();
      const delivery = await deliveries.test(accountId, eventType);
      show(options, delivery, () =>
        [
          record([
            ['delivery', delivery.delivery_id],
            ['destination', delivery.destination],
            ['status', delivery.status],
          ]),
          ...delivery.attempts.map(attemptText),
        ].join('\n\n'),
      );
      if (delivery.status !== 'succeeded')
        throw new Refusal(`the test delivery was not received: ${delivery.reason ?? delivery.status}`);
    });
