import { Command } from 'nest-commander';
import { CommandGroup } from '../belfry-command.js';
import { GetSettingsCommand } from './get-settings.command.js';
import { ReplaceSettingsCommand } from './replace-settings.command.js';
import { SetSettingsCommand } from './set-settings.command.js';

/** Notification settings: the tab. */
@Command({
  name: 'settings',
  description: "accounts' notification settings: the webhook URL, what is sent to it, and who is mailed",
  subCommands: [GetSettingsCommand, SetSettingsCommand, ReplaceSettingsCommand],
})
export class SettingsCommand extends CommandGroup {
  protected readonly examples = ['belfry settings get 42', 'belfry settings set 42 --on run_failed'];
}
