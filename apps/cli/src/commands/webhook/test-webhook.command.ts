import { SendTestWebhook } from '@belfry/application';
import { platformCatalogue } from '@belfry/domain';
import { SubCommand } from 'nest-commander';
import { invalid, notFound, Refusal } from '../../failure.js';
import { readAccountId, readEventType } from '../../input/values.js';
import { record } from '../../output/table.js';
import { operator } from '../../workplace/operator.js';
import { BelfryCommand, type JsonOption } from '../belfry-command.js';
import { attemptText } from '../deliveries/attempt-text.js';
import { shownDestination } from '../deliveries/delivery-columns.js';

const { keys } = platformCatalogue;

/** Sends a test delivery. */
@SubCommand({
  name: 'test',
  arguments: '<account> <event_type>',
  description: "send a sample event to an account's endpoint, now, whatever the toggles say",
  argsDescription: { account: "the account's id", event_type: keys.join(', ') },
})
export class TestWebhookCommand extends BelfryCommand {
  protected readonly examples = ['belfry webhook test 42 run_failed'];
  protected override readonly details =
    "This command itself sends the event: from this machine, and with this machine's WEBHOOK_ALLOWED_HOSTS.";

  async run([account, eventType]: string[], options: JsonOption): Promise<void> {
    const accountId = readAccountId(account);
    const known = readEventType(eventType);
    const { app, composition } = await this.workplace.open();
    const result = await app.get(SendTestWebhook).send(accountId, { event_type: known }, operator);
    if (result.status === 'invalid') throw invalid(result.problems);
    if (result.status === 'unknown_account') throw notFound('account');
    if (result.status === 'no_endpoint')
      throw new Refusal('the account has no webhook URL: set one with `belfry settings set` first');
    if (result.status === 'limited')
      throw new Refusal(
        `the account has reached its limit of test deliveries, ACCOUNT_TESTS_PER_MINUTE: try again in ${result.retryAfterSeconds} s`,
      );
    if (result.status === 'no_place')
      throw new Refusal('there is no room for a test delivery right now: try again in a few seconds');
    const { delivery } = result;
    this.output.show(options, composition.deliveryWithAttemptsOnTheWire(delivery, 'platform'), () =>
      [
        record([
          ['delivery', delivery.deliveryId],
          ['destination', shownDestination(delivery)],
          ['status', delivery.status],
        ]),
        ...delivery.attempts.map(attemptText),
      ].join('\n\n'),
    );
    if (delivery.status !== 'succeeded')
      throw new Refusal(`the test delivery was not received: ${delivery.reason ?? delivery.status}`);
  }
}
