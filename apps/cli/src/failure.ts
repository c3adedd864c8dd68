/** How a command fails: what commands throw, the exit codes, and what is said about it on standard error. */
import type { ProblemDocument, ProblemKind } from '@belfry/contract';
import type { Channel, Problem } from '@belfry/domain';
import { printable, red } from './output.js';

/** The exit codes of the command. */
export const exitCodes = {
  done: 0,
  /** The command was understood, but what is stored or sent refuses it, or the database is away. */
  failed: 1,
  /** The command line is wrong: a word, an option, an argument or its value, whoever found out. */
  wrongUse: 2,
  /** 128 and the number of SIGINT, as shells say that Ctrl-C ended a command. */
  stopped: 130,
  /** EX_CONFIG of sysexits.h, as the API ends when its settings are wrong. */
  wrongConfiguration: 78,
} as const;

/** More than these would push the first off the screen. */
const mostProblems = 20;

/** The request is refused; `problems` say why, field by field. */
export class Refusal extends Error {
  constructor(
    message: string,
    readonly problems: readonly Problem[] = [],
  ) {
    super(message);
    this.name = 'Refusal';
  }
}

/** The domain's rules refuse what was given; pointers lead into the request's body or its query. */
export class InvalidInput extends Refusal {
  constructor(problems: readonly Problem[]) {
    super('the input is not valid; nothing was stored', problems);
    this.name = 'InvalidInput';
  }
}

/** The command line is wrong; `problems` name the options and arguments as they were typed. */
export class WrongUse extends Error {
  constructor(
    message: string,
    readonly problems: readonly Problem[] = [],
  ) {
    super(message);
    this.name = 'WrongUse';
  }
}

/** Variables of the environment are wrong; known by its name, as the one is that the API's settings end with. */
class InvalidSettings extends Error {
  override readonly name = 'ConfigurationError';

  constructor(readonly problems: readonly Problem[]) {
    super('the configuration is not valid');
  }
}

/** What is wrong with an option or a variable: `--url` or `BELFRY_URL`. */
export function wrongValue(name: string, message: string): WrongUse | InvalidSettings {
  return name.startsWith('--')
    ? new WrongUse(`${name} ${message}`)
    : new InvalidSettings([{ pointer: `/${name}`, message }]);
}

/** What REST has no route for. */
export function onlyOnTheDatabase(what: string): WrongUse {
  return new WrongUse(
    `${what} only on the database itself, not over HTTP: leave out --url, unset BELFRY_URL and BELFRY_KEY, and run it where DATABASE_URL or DATA_DIR leads to the database`,
  );
}

/** Somebody ended the command before it was done; the message says how far it got. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
}

/** What was asked for does not exist. */
export class NotFound extends Refusal {}

/** What was asked for does not exist. */
export function notFound(what: string): NotFound {
  return new NotFound(`there is no such ${what}`);
}

/** What is said where something that is stored refuses what was asked, by the kind of problem that REST answers. */
const refusals: Partial<Readonly<Record<ProblemKind, string>>> = {
  'being-erased': 'the account that had this ID is still being erased: try again in a moment',
  'delivery-under-way': 'this delivery, or a redelivery of it, is under way: wait until it has finished',
  'no-endpoint': 'the account has no webhook URL: set one with `belfry settings set` first',
  'not-a-recipient':
    'this address no longer gets mails about this event type: add it to the subscribers with `belfry settings set` first',
  'primary-contact':
    "this is the primary contact's address, and an account must have one: set another with `belfry accounts put` first",
  'recipient-erased': 'the address that this mail went to was erased, so the mail cannot be sent again',
  'version-mismatch': 'the settings have changed since that version: read them again first',
};

/** The refusal that REST answers as a problem of this kind. */
export function refused(kind: keyof typeof refusals): Refusal {
  return new Refusal(refusals[kind]!);
}

/** A problem of REST, as the command line says it. */
export function refusalText({ type, detail }: ProblemDocument): string {
  return refusals[type.slice('/problems/'.length) as ProblemKind] ?? sentence(detail);
}

/** A sentence as errors have it: it begins with a small letter, and has no full stop. */
export function sentence(text: string): string {
  return text.replace(/^[A-Z](?=[a-z ])/, (letter) => letter.toLowerCase()).replace(/\.$/, '');
}

/** Says which limit ended a redelivery, and when it can go on. */
export function redeliveryLimit(channel: Channel, retryAfterSeconds: number): string {
  const setting =
    channel === 'email' ? 'ACCOUNT_MAIL_REDELIVERIES_PER_HOUR' : 'ACCOUNT_WEBHOOK_REDELIVERIES_PER_HOUR';
  const minutes = Math.ceil(retryAfterSeconds / 60);
  return `the account has reached its limit of redeliveries, ${setting}: try again in ${minutes} min, or raise the limit`;
}

/** Does the work; where it finds the input invalid, names the options and arguments that each problem came from. */
export async function namingOptions<Result>(
  nameOf: (pointer: string) => string | undefined,
  work: Promise<Result>,
): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof InvalidInput ? wrongOptions(error.problems, nameOf) : error;
  }
}

/** The problems of values that were typed, each named as it was typed. */
export function wrongOptions(
  problems: readonly Problem[],
  nameOf: (pointer: string) => string | undefined,
): WrongUse {
  return new WrongUse(
    'these values are not valid; nothing was stored',
    problems.map(({ pointer, message }) => ({ pointer: nameOf(pointer) ?? pointer, message })),
  );
}

/** Writes what went wrong, and returns the exit code. Help and version end a command this way too, with 0. */
export function reportFailure(error: unknown): number {
  const commander = exitOfCommander(error);
  if (commander !== null) return commander;
  if (error instanceof WrongUse) {
    say(error.message, error.problems);
    process.stderr.write(`${usageHint}\n`);
    return exitCodes.wrongUse;
  }
  if (error instanceof Stopped) {
    say(error.message);
    return exitCodes.stopped;
  }
  if (error instanceof Refusal) {
    say(error.message, error.problems);
    return exitCodes.failed;
  }
  const settings = problemsOfConfiguration(error);
  if (settings !== null) {
    say('the configuration is not valid', settings);
    return exitCodes.wrongConfiguration;
  }
  // Known by its name, so that nothing is loaded for it.
  const isSaid = error instanceof Error && error.name === 'StorageUnavailable';
  say(isSaid ? describe(error) : `something went wrong: ${describe(error)}`);
  return exitCodes.failed;
}

/** What every message about a wrong command line ends with. */
export const usageHint = 'Add --help for usage.';

/**
 * What is wrong with the settings of the process, by variable; null where the error is another one. It is known by its
 * name: the module that defines it is loaded only by commands that need it.
 */
export function problemsOfConfiguration(error: unknown): readonly Problem[] | null {
  if (!(error instanceof Error && error.name === 'ConfigurationError')) return null;
  const { problems } = error as Error & { problems: readonly Problem[] };
  return problems.map(({ pointer, message }) => ({ pointer: pointer.slice(1), message }));
}

/** An error in words; some errors of the network have a code and no message. */
export function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || ((error as NodeJS.ErrnoException).code ?? error.name);
}

/** Commander has written its message already; null where the error is not one of its own. */
function exitOfCommander(error: unknown): number | null {
  const { code, exitCode } = error as { code?: unknown; exitCode?: unknown };
  if (typeof code !== 'string' || !code.startsWith('commander.')) return null;
  return exitCode === 0 ? exitCodes.done : exitCodes.wrongUse;
}

function say(message: string, problems: readonly Problem[] = []): void {
  process.stderr.write(`${red('error:', process.stderr)} ${printable(message)}\n`);
  const lines = problems
    .slice(0, mostProblems)
    .map(({ pointer, message: problem }) => [printable(pointer || 'the input'), printable(problem)] as const);
  const width = Math.max(0, ...lines.map(([pointer]) => pointer.length));
  for (const [pointer, problem] of lines) process.stderr.write(`  ${pointer.padEnd(width)}  ${problem}\n`);
  const more = problems.length - lines.length;
  if (more > 0) process.stderr.write(`  … and ${more} more\n`);
}
