/** How a command ends when it can't do what it was asked for. Thrown by commands; `reportFailure` says it to the person. */
import type { Problem } from '@belfry/domain';

/** The exit codes of the command. */
export const exitCodes = {
  done: 0,
  /** The command was understood, and can't be done: what is stored or sent refuses it, or the database is away. */
  failed: 1,
  /** What was typed can't be: a word, an option, an argument or its value, whoever found out. */
  wrongUse: 2,
  /** 128 and the number of SIGINT, as shells say that Ctrl-C ended a command. */
  stopped: 130,
  /** EX_CONFIG of sysexits.h, as the API answers wrong settings of the process. */
  wrongConfiguration: 78,
} as const;

/** What was asked for is refused; `problems` say why, field by field. */
export class Refusal extends Error {
  constructor(
    message: string,
    readonly problems: readonly Problem[] = [],
  ) {
    super(message);
    this.name = 'Refusal';
  }
}

/** The command was not used as its help says; `problems` name the options and arguments that can't be. */
export class WrongUse extends Error {
  constructor(
    message: string,
    readonly problems: readonly Problem[] = [],
  ) {
    super(message);
    this.name = 'WrongUse';
  }
}

/** Somebody ended the command before it was done; the message says how far it got. */
export class Stopped extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Stopped';
  }
}

/** A value of an option that can't be. Commander knows it by its code, and names the option and the value around it. */
export class InvalidValue extends Error {
  readonly code = 'commander.invalidArgument';
  readonly exitCode = exitCodes.wrongUse;
}

/** Refuses what the rules of the domain refuse in a document that was given. */
export function invalid(problems: readonly Problem[]): Refusal {
  return new Refusal('this is not valid, and nothing was stored', problems);
}

/**
 * Refuses what the rules of the domain refuse in values that were typed: each is named as it was typed. `nameOf` leads
 * from a pointer into what the options were made into to the name of an option or argument.
 */
export function invalidOptions(
  problems: readonly Problem[],
  nameOf: (pointer: string) => string | undefined,
): WrongUse {
  return new WrongUse(
    'these values are not valid, and nothing was stored',
    problems.map(({ pointer, message }) => ({ pointer: nameOf(pointer) ?? pointer, message })),
  );
}

/** Says that something does not exist. */
export function notFound(what: string): Refusal {
  return new Refusal(`there is no such ${what}`);
}
