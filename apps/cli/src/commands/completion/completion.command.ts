import { Command } from 'nest-commander';
import { WrongUse } from '../../failure.js';
import { BelfryCommand, type CommanderCommand, type JsonOption } from '../belfry-command.js';
import { completionScript, shells } from './completion-script.js';

/** Prints the completion script of a shell. */
@Command({
  name: 'completion',
  arguments: '<shell>',
  description: 'print a script that makes a shell complete this command',
  argsDescription: { shell: shells.join(', ') },
})
export class CompletionCommand extends BelfryCommand {
  protected readonly examples = [
    'source <(belfry completion bash)',
    'source <(npx belfry completion bash)',
    'belfry completion zsh >> ~/.zshrc',
    'belfry completion fish > ~/.config/fish/completions/belfry.fish',
  ];
  protected override readonly details = 'The script completes `npx belfry` too.';

  async run([name]: string[], options: JsonOption): Promise<void> {
    const shell = shells.find((known) => known === name);
    if (shell === undefined)
      throw new WrongUse(`the shell must be one of ${shells.join(', ')}, not '${name}'`);
    const script = completionScript(rootOf(this.command), shell);
    this.output.show(options, { shell, script }, () => script.trimEnd());
  }
}

function rootOf(command: CommanderCommand): CommanderCommand {
  return command.parent === null ? command : rootOf(command.parent);
}
