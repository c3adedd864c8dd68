/** What all commands have in common: how they are told to commander, `--json`, and examples in their help. */
import { Injectable } from '@nestjs/common';
import { CommandRunner, Help, Option } from 'nest-commander';
import { Output } from '../output/output.js';
import { printable } from '../output/printable.js';
import { Workplace } from '../workplace/workplace.js';

/** Commander's command, as nest-commander hands it over. */
export type CommanderCommand = Parameters<CommandRunner['setCommand']>[0];

/** The options that every command takes. */
export interface JsonOption {
  readonly json?: boolean;
}

/** A command that does something. */
@Injectable()
export abstract class BelfryCommand extends CommandRunner {
  /** Command lines that the help shows. */
  protected abstract readonly examples: readonly string[];
  /** What else the help says, above the examples. */
  protected readonly details: string = '';

  constructor(
    protected readonly workplace: Workplace,
    protected readonly output: Output,
  ) {
    super();
  }

  override setCommand(command: CommanderCommand): this {
    return super.setCommand(answersByCode(command).allowExcessArguments(false));
  }

  @Option({ flags: '--json', description: 'answer as JSON, with the fields of the REST API' })
  readJson(): boolean {
    return true;
  }

  @Help('after')
  showExamples(): string {
    return (this.details === '' ? '' : `\n${this.details}\n`) + examplesText(this.examples);
  }
}

/** A word that other commands stand under, such as `accounts`. */
export abstract class CommandGroup extends CommandRunner {
  protected abstract readonly examples: readonly string[];

  override setCommand(command: CommanderCommand): this {
    // nest-commander gives every command an action. Without one, commander shows the group's help, and answers an
    // unknown word by the one that was perhaps meant.
    command.action = () => command;
    return super.setCommand(answersByCode(command));
  }

  @Help('after')
  showExamples(): string {
    return examplesText(this.examples);
  }

  override run(): Promise<void> {
    return Promise.reject(new Error('a group of commands is not run'));
  }
}

/**
 * Makes commander throw where it would end the process: what is open is to be closed first. And makes it name everything
 * that is missing at once; it would stop at the first.
 */
function answersByCode(command: CommanderCommand): CommanderCommand {
  const missing = () => {
    const names = [
      ...command.registeredArguments
        .filter(({ required }, place) => required && command.args[place] === undefined)
        .map((argument) => `<${argument.name()}>`),
      ...command.options
        .filter((option) => option.mandatory && command.getOptionValue(option.attributeName()) === undefined)
        .map(({ flags }) => `'${flags}'`),
    ];
    command.error(`error: missing: ${names.join(', ')}`, { code: 'commander.missing' });
  };
  Object.assign(command, { missingMandatoryOptionValue: missing, missingArgument: missing });
  return command
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(printable(text, true)) })
    .showHelpAfterError('Add --help to see how it is used.');
}

/** The examples as help shows them. */
export function examplesText(examples: readonly string[]): string {
  return `\nExamples:\n${examples.map((example) => `  $ ${example}`).join('\n')}`;
}
