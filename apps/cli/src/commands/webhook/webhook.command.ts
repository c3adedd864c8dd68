import { Command } from 'nest-commander';
import { CommandGroup } from '../belfry-command.js';
import { TestWebhookCommand } from './test-webhook.command.js';

/** The endpoint of an account. */
@Command({
  name: 'webhook',
  description: "an account's endpoint: send it a test delivery",
  subCommands: [TestWebhookCommand],
})
export class WebhookCommand extends CommandGroup {
  protected readonly examples = ['belfry webhook test 42 run_failed'];
}
