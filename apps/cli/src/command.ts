/** How commands are declared: plain commander with `--json`, examples, shared options, and errors that name what was typed. */
import { channels, type EventCatalogue } from '@belfry/domain';
import {
  Command,
  Help,
  Option,
  type CommandUnknownOpts,
  type HelpContext,
} from '@commander-js/extra-typings';
import type { Listed, Page } from './backend/backend.js';
import { exitCodes, namingOptions, usageHint } from './failure.js';
import { readTime, wholeNumber } from './input.js';
import { printable, remark } from './output.js';

/** What help says about a command. */
export interface Description {
  readonly summary: string;
  /** What else there is to know, shown below the options. */
  readonly details?: string;
  /** Whole command lines. */
  readonly examples: readonly string[];
}

/** The parts of commander that its types leave out. */
interface Internals {
  unknownCommand(): never;
  unknownOption(flag: string): never;
}

/** Commander's command, which throws where commander would end the process: what is open is to be closed first. */
class BelfryCommand extends Command {
  constructor(name: string, { summary, details, examples }: Description) {
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
        `${details === undefined ? '' : `\n${details}\n`}\nExamples:\n${examples.map((example) => `  $ ${example}`).join('\n')}`,
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

/** The program itself: the root of all commands. */
export function root(
  name: string,
  description: Description,
  nouns: readonly CommandUnknownOpts[],
): CommandUnknownOpts {
  const program = groupOf(name, description, nouns);
  program.helpCommand(false);
  program.addCommand(
    new BelfryCommand('help', {
      summary: 'Show help for a command',
      examples: ['belfry help deliveries list'],
    })
      .argument('[command...]', 'the words of the command')
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
export function group(
  name: string,
  description: Description,
  verbs: readonly CommandUnknownOpts[],
): CommandUnknownOpts {
  return groupOf(name, description, verbs);
}

function groupOf(
  name: string,
  description: Description,
  verbs: readonly CommandUnknownOpts[],
): BelfryCommand {
  const command = new BelfryCommand(name, description);
  command.helpCommand('help [command]', 'Show help for a command');
  for (const verb of verbs) command.addCommand(verb);
  return command;
}

/** A command that does something. */
export function verb(name: string, description: Description) {
  return new BelfryCommand(name, description).option('--json', 'Print JSON, with the fields of the REST API');
}

/** How many items a page holds at most. */
const longestPage = 200;
const usualPage = 50;

interface ListOptions {
  readonly json?: true | undefined;
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
  readonly all?: true | undefined;
}

/** A command that lists, in pages. */
export function listVerb(name: string, description: Description) {
  return verb(name, description)
    .option(
      '--limit <number>',
      `List at most this many, from 1 to ${longestPage} (default: ${usualPage})`,
      wholeNumber(1, longestPage),
    )
    .option('--cursor <cursor>', 'Continue after the page that returned this cursor')
    .option('--all', 'List everything, whatever the limit');
}

/** The page that the options ask for, or everything; short parts of a list are put together. */
export async function readPage<Item>(
  { limit = usualPage, cursor, all }: ListOptions,
  read: (page: Page) => Promise<Listed<Item>>,
): Promise<Listed<Item>> {
  const items: Item[] = [];
  for (let next = cursor; ;) {
    const found = await namingOptions(
      (pointer) => (pointer === 'cursor' ? '--cursor' : undefined),
      read({ limit: all ? longestPage : limit - items.length, cursor: next }),
    );
    items.push(...found.items);
    if (found.next_cursor === null || (!all && items.length === limit))
      return { items, next_cursor: found.next_cursor };
    next = found.next_cursor;
  }
}

/** Tells people how the list goes on. */
export function remarkMore(options: ListOptions, { next_cursor }: Listed<unknown>): void {
  if (next_cursor !== null)
    remark(options, `There are more: add --cursor ${next_cursor} for the next page, or --all.`);
}

/** Arguments and options that several commands take. */
export const accountText = "The account's ID";
export const channelOption = new Option('--channel <channel>', 'Only over this channel').choices(channels);
export const yesOption = new Option('-y, --yes', 'Do it without asking');
export const dryRunOption = new Option('--dry-run', 'Show what would be done, and change nothing');
export const eventTypeOption = ({ keys }: EventCatalogue) =>
  new Option('--event-type <key>', 'Only of this event type').choices(keys);
export const fromOption = new Option('--from <time>', 'Only from this time on (RFC 3339)').argParser(
  readTime,
);
export const toOption = new Option('--to <time>', 'Only before this time (RFC 3339)').argParser(readTime);
