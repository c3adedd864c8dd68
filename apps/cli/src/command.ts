/** How commands are declared: plain commander with `--json`, examples, shared options, and errors that name what was typed. */
import { channels, type EventCatalogue } from '@belfry/domain';
import {
  Command,
  Help,
  Option,
  type CommandUnknownOpts,
  type HelpContext,
} from '@commander-js/extra-typings';
import { exitCodes, usageHint } from './failure.js';
import { readTime } from './input.js';
import { printable } from './output.js';

/** The parts of commander that its types leave out. */
interface Internals {
  unknownCommand(): never;
  unknownOption(flag: string): never;
}

/** Commander's command, which throws where commander would end the process: what is open is to be closed first. */
class BelfryCommand extends Command {
  constructor(name: string, summary: string, examples: readonly string[], details = '') {
    super(name);
    this.description(summary)
      .helpOption('-h, --help', 'Show help')
      .exitOverride()
      .allowExcessArguments(false)
      .configureOutput({ outputError: (text, write) => write(printable(text, true)) })
      .configureHelp({ visibleOptions: (command) => optionsInOrder(command) })
      .showHelpAfterError(usageHint)
      .addHelpText(
        'after',
        `${details && `\n${details}\n`}\nExamples:\n${examples.map((example) => `  $ ${example}`).join('\n')}`,
      );
  }

  /** Help for a mistyped word would hide the mistake, as in `belfry acounts --help`. */
  override outputHelp(context?: Parameters<Command['outputHelp']>[0] | HelpContext): void {
    const word = this.args.find((arg) => !arg.startsWith('-') && arg !== 'help');
    if (word !== undefined && this.commands.length > 0) this.refuseWord(word);
    super.outputHelp(context as HelpContext);
  }

  /** Names the word, and the command that was perhaps meant. */
  refuseWord(word: string): never {
    this.args = [word];
    return (this as unknown as Internals).unknownCommand();
  }

  /** Commander calls these two at the first that is missing; they name everything that is missing at once. */
  missingArgument(): never {
    return this.nameMissing();
  }
  missingMandatoryOptionValue(): never {
    return this.nameMissing();
  }

  private nameMissing(): never {
    // What is missing may be there, mistyped.
    const mistyped = this.args.find((arg) => /^--?[a-z]/i.test(arg));
    if (mistyped !== undefined) this.unknownOption(mistyped);
    const names = [
      ...this.registeredArguments
        .filter(({ required }, place) => required && this.args[place] === undefined)
        .map((argument) => `<${argument.name()}>`),
      ...this.options
        .filter((option) => option.mandatory && this.getOptionValue(option.attributeName()) === undefined)
        .map(({ flags }) => `'${flags}'`),
    ];
    this.error(`error: missing: ${names.join(', ')}`, {
      code: 'commander.missing',
      exitCode: exitCodes.wrongUse,
    });
  }

  /** Commander would take `--nam=Acme` for the name of an option, find nothing like it, and repeat a value that may be secret. */
  unknownOption(flag: string): never {
    return (Command.prototype as unknown as Internals).unknownOption.call(this, flag.split('=')[0]!);
  }

  /** Commander would say how many there are too many. */
  _excessArguments(given: readonly string[]): never {
    this.error(`error: unexpected argument '${given[this.registeredArguments.length]}'`, {
      code: 'commander.excessArguments',
      exitCode: exitCodes.wrongUse,
    });
  }
}

/** What is particular to a command comes first, what all have in common last. */
const commonOptions: readonly (string | undefined)[] = [
  '--limit',
  '--cursor',
  '--all',
  '--json',
  '--version',
  '--help',
];

function optionsInOrder(command: CommandUnknownOpts): Option[] {
  const place = ({ long }: Option) => commonOptions.indexOf(long);
  return Help.prototype.visibleOptions
    .call(new Help(), command)
    .sort((one, other) => place(one) - place(other));
}

type GroupDescription = [
  name: string,
  summary: string,
  examples: readonly string[],
  children: readonly CommandUnknownOpts[],
];

/** The program itself: the root of all commands. */
export function root(...description: GroupDescription): CommandUnknownOpts {
  const program = groupOf(...description);
  program.helpCommand(false);
  program.addCommand(
    new BelfryCommand('help', 'Show help for a command', ['belfry help deliveries list'])
      .argument('[command...]', 'The words of the command')
      .action((words) => {
        let command: BelfryCommand = program;
        for (const word of words) {
          const next = command.commands.find((known) => known.name() === word);
          if (next === undefined) return command.refuseWord(word);
          command = next as unknown as BelfryCommand;
        }
        command.outputHelp();
      }),
  );
  return program;
}

/** A noun, such as `accounts`: a word with verbs under it. */
export function group(...description: GroupDescription): CommandUnknownOpts {
  return groupOf(...description);
}

function groupOf(...[name, summary, examples, children]: GroupDescription): BelfryCommand {
  const command = new BelfryCommand(name, summary, examples);
  command.helpCommand('help [command]', 'Show help for a command');
  for (const child of children) command.addCommand(child);
  return command;
}

/** A command that does something. `details` are shown below its options, and `examples`, whole command lines, below those. */
export function verb(name: string, summary: string, examples: readonly string[], details?: string) {
  return new BelfryCommand(name, summary, examples, details).option(
    '--json',
    'Print JSON, with the fields of the REST API',
  );
}

/** Arguments and options that several commands take. */
export const accountText = "The account's ID";
export const channelOption = new Option('--channel <channel>', 'Only over this channel').choices(channels);
export const yesOption = new Option('-y, --yes', 'Do it without asking');
export const dryRunOption = new Option('--dry-run', 'Show what would be done, and change nothing');
export const eventTypeOption = ({ keys }: EventCatalogue) =>
  new Option('--event-type <key>', 'Only of this event type').choices(keys);
export const fromOption = new Option('--from <time>', 'Only those since this time (RFC 3339)').argParser(
  readTime,
);
export const toOption = new Option('--to <time>', 'Only those before this time (RFC 3339)').argParser(
  readTime,
);
