/** How the commands on settings answer: the same for reading and for changing. */
import type { ChangeSettingsResult, StoredSettings } from '@belfry/application';
import { maskWebhookUrl, platformCatalogue, settingsFor, type Problem } from '@belfry/domain';
import { Option } from 'nest-commander';
import { InvalidValue, invalid, notFound, Refusal } from '../../failure.js';
import { green } from '../../output/style.js';
import { record, table, type Column } from '../../output/table.js';
import type { OpenWorkplace } from '../../workplace/workplace.js';
import { BelfryCommand, type JsonOption } from '../belfry-command.js';

/** The options of every command that shows settings. */
export interface ShowSettingsOptions extends JsonOption {
  readonly showSecrets?: boolean;
}

/** The options of every command that changes settings. */
export interface ChangeSettingsOptions extends ShowSettingsOptions {
  /** The version that the settings must be in. */
  readonly ifMatch?: number;
}

/** A command that answers with an account's notification settings. */
export abstract class SettingsAnswerCommand extends BelfryCommand {
  @Option({
    flags: '--show-secrets',
    description: "show the webhook URL's query, which may be a shared secret",
  })
  readShowSecrets(): boolean {
    return true;
  }

  protected show(
    { composition }: OpenWorkplace,
    options: ShowSettingsOptions,
    settings: StoredSettings,
  ): void {
    // Whoever runs the command may see the URL; but screens and files are seen by others too.
    const showsSecrets = options.showSecrets === true;
    this.output.show(options, composition.settingsOnTheWire(settings, platformCatalogue, showsSecrets), () =>
      settingsText(settings, showsSecrets),
    );
  }
}

/** A command that changes an account's notification settings. */
export abstract class ChangeSettingsCommand extends SettingsAnswerCommand {
  @Option({
    flags: '--if-match <version>',
    description:
      'change the settings only if they are still at this version, as shown by `belfry settings get`',
  })
  readIfMatch(text: string): number {
    // As people read it, or as the ETag header has it.
    const version = /^(?:(\d{1,15})|"(\d{1,15})")$/.exec(text);
    if (version === null) throw new InvalidValue('It must be a version such as 3.');
    return Number(version[1] ?? version[2]);
  }

  protected answer(
    workplace: OpenWorkplace,
    options: ChangeSettingsOptions,
    result: ChangeSettingsResult,
    refused: (problems: readonly Problem[]) => Error = invalid,
  ): void {
    if (result.status === 'unknown_account') throw notFound('account');
    if (result.status === 'invalid') throw refused(result.problems);
    if (result.status === 'version_mismatch') {
      throw new Refusal(
        `the settings have changed since you read them and are now at version ${result.settings.version}: read them again first`,
      );
    }
    this.show(workplace, options, result.settings);
  }
}

/** The condition that `--if-match` sets; none where it is not given. */
export function versionCondition({
  ifMatch,
}: ChangeSettingsOptions): ((version: number) => boolean) | undefined {
  return ifMatch === undefined ? undefined : (version) => version === ifMatch;
}

function settingsText(settings: StoredSettings, showsSecrets: boolean): string {
  const url = settings.webhookUrl;
  const facts = record([
    ['account', settings.accountId],
    ['webhook URL', url === null || showsSecrets ? url : maskWebhookUrl(url)],
    ['version', settings.version],
    ['updated', settings.updatedAt],
  ]);
  const columns: readonly Column<string>[] = [
    { heading: 'EVENT TYPE', value: (key) => key },
    {
      heading: 'WEBHOOK',
      value: (key) => (settingsFor(settings, key).sendWebhook ? 'on' : 'off'),
      style: (text) => (text.startsWith('on') ? green(text) : text),
    },
    { heading: 'SUBSCRIBERS', value: (key) => settingsFor(settings, key).emailSubscribers.join(', ') },
  ];
  return `${facts}\n\n${table(columns, platformCatalogue.keys, '')}`;
}
