import { ManageSettings } from '@belfry/application';
import { platformCatalogue, type Problem } from '@belfry/domain';
import { Option, SubCommand } from 'nest-commander';
import { InvalidValue, invalidOptions, Refusal } from '../../failure.js';
import { operator } from '../../workplace/operator.js';
import { readAccountId, readWord, readWords } from '../../input/values.js';
import { ChangeSettingsCommand, versionCondition, type ChangeSettingsOptions } from './settings-answer.js';
import { settingsPatch, type SettingsPatchOptions } from './settings-patch.js';

const { keys } = platformCatalogue;

/** Changes some of the notification settings. */
@SubCommand({
  name: 'set',
  arguments: '<account>',
  description: "change some of an account's notification settings; what is not named stays",
  argsDescription: { account: "the account's id" },
})
export class SetSettingsCommand extends ChangeSettingsCommand {
  protected readonly examples = [
    "belfry settings set 42 --webhook-url 'https://hooks.example.com/in?token=s3cret' --on run_failed,tenant_created",
    'belfry settings set 42 --off all',
    'belfry settings set 42 --subscribers run_failed=ops@example.com,oncall@example.com tenant_created=',
    'belfry settings set 42 --clear-webhook-url --if-match 3',
  ];

  async run([id]: string[], options: ChangeSettingsOptions & SettingsPatchOptions): Promise<void> {
    const accountId = readAccountId(id);
    const patch = settingsPatch(options);
    const workplace = await this.workplace.open();
    const manage = workplace.app.get(ManageSettings);
    this.answer(
      workplace,
      options,
      await manage.change(accountId, patch, 'merge', operator, versionCondition(options)),
      refusedOptions,
    );
  }

  @Option({ flags: '--webhook-url <url>', description: 'where webhooks of this account are sent' })
  readWebhookUrl(text: string): string {
    return text;
  }

  @Option({
    flags: '--clear-webhook-url',
    description: 'send no webhooks: remove the URL, and turn all event types off',
  })
  readClearWebhookUrl(): boolean {
    return true;
  }

  @Option({
    flags: '--on <event_types>',
    description: 'send webhooks for these event types, comma-separated, or for all',
    choices: ['all', ...keys],
  })
  readOn(text: string, before: readonly string[] = []): readonly string[] {
    return [...before, ...readEventTypes(text)];
  }

  @Option({
    flags: '--off <event_types>',
    description: 'send no webhooks for these event types, comma-separated, or for all',
    choices: ['all', ...keys],
  })
  readOff(text: string, before: readonly string[] = []): readonly string[] {
    return [...before, ...readEventTypes(text)];
  }

  @Option({
    flags: '--subscribers <lists...>',
    description:
      'who is mailed besides the primary contact: event_type=address,address for each; nothing after = clears the list',
  })
  readSubscribers(
    text: string,
    before: Readonly<Record<string, string>> = {},
  ): Readonly<Record<string, string>> {
    const split = text.indexOf('=');
    if (split < 1) throw new InvalidValue('It must be event_type=address,address.');
    return { ...before, [readWord(text.slice(0, split), keys)]: text.slice(split + 1) };
  }
}

function readEventTypes(text: string): readonly string[] {
  return text === 'all' ? keys : readWords(text, keys);
}

/** A toggle that can't be on is well said: it is refused by what is stored. */
function refusedOptions(problems: readonly Problem[]): Error {
  const wrong = invalidOptions(problems, optionOf);
  return problems.every(({ pointer }) => pointer.endsWith('/send_webhook'))
    ? new Refusal('this is refused, and nothing was stored', wrong.problems)
    : wrong;
}

/** The option that a field of the settings came from. */
function optionOf(pointer: string): string | undefined {
  if (pointer === '/webhook_url') return '--webhook-url';
  const [, key, field] = /^\/events\/(\w+)\/(\w+)/.exec(pointer) ?? [];
  if (field === 'send_webhook') return `--on ${key}`;
  return field === 'email_subscribers' ? `--subscribers ${key}` : undefined;
}
