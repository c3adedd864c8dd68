import { ManageSettings } from '@belfry/application';
import { Option, SubCommand } from 'nest-commander';
import { parseDocument, readData } from '../../input/json-data.js';
import { operator } from '../../workplace/operator.js';
import { readAccountId } from '../../input/values.js';
import { ChangeSettingsCommand, versionCondition, type ChangeSettingsOptions } from './settings-answer.js';

/** Replaces the notification settings. */
@SubCommand({
  name: 'replace',
  arguments: '<account>',
  description: "replace all of an account's notification settings; what is left out is off, empty or null",
  argsDescription: { account: "the account's id" },
})
export class ReplaceSettingsCommand extends ChangeSettingsCommand {
  protected readonly examples = [
    'belfry settings replace 42 --data @settings.json',
    'belfry settings replace 42 --if-match 3 < settings.json',
  ];

  async run([id]: string[], options: ChangeSettingsOptions & { readonly data?: string }): Promise<void> {
    const accountId = readAccountId(id);
    const document = parseDocument(await readData(options.data));
    const workplace = await this.workplace.open();
    const manage = workplace.app.get(ManageSettings);
    this.answer(
      workplace,
      options,
      await manage.change(accountId, document, 'replace', operator, versionCondition(options)),
    );
  }

  @Option({
    flags: '--data <json>',
    description: 'the settings as in the REST API: JSON, @file.json, or - for standard input (default)',
  })
  readData(text: string): string {
    return text;
  }
}
