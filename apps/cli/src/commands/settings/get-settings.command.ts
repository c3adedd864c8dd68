import { SettingsStore } from '@belfry/application';
import { SubCommand } from 'nest-commander';
import { notFound } from '../../failure.js';
import { readAccountId } from '../../input/values.js';
import { SettingsAnswerCommand, type ShowSettingsOptions } from './settings-answer.js';

/** Shows notification settings. */
@SubCommand({
  name: 'get',
  arguments: '<account>',
  description: "show an account's notification settings",
  argsDescription: { account: "the account's id" },
})
export class GetSettingsCommand extends SettingsAnswerCommand {
  protected readonly examples = [
    'belfry settings get 42',
    'belfry settings get 42 --json --show-secrets > settings.json',
  ];

  async run([id]: string[], options: ShowSettingsOptions): Promise<void> {
    const accountId = readAccountId(id);
    const workplace = await this.workplace.open();
    const settings = await workplace.app.get(SettingsStore).find(accountId);
    if (settings === null) throw notFound('account');
    this.show(workplace, options, settings);
  }
}
