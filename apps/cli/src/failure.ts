/** How a command ends when it can't do what it was asked for. Thrown by commands; `reportFailure` says it to the person. */
import type { Problem } from '@belfry/domain';

/** The exit codes of the command. */
export const exitCodes = {
  done: 0,
  /** What was asked for was refused, does not exist, or the database is away. */
  failed: 1,
  /** The command was not understood: an unknown word, a missing argument, a value that can't be. */
  wrongUse: 2,
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

/** The command was not used as its help says. */
export class WrongUse extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'WrongUse';
  }
}

/** A value of an option that can't be. Commander knows it by its code, and names the option and the value around it. */
export class InvalidValue extends Error {
  readonly code = 'commander.invalidArgument';
  readonly exitCode = exitCodes.wrongUse;
}

/** Refuses what the rules of the domain refuse. */
export function invalid(problems: readonly Problem[]): Refusal {
  return new Refusal('this is not valid, and nothing was stored', problems);
}

/** Says that something does not exist. */
export function notFound(what: string): Refusal {
  return new Refusal(`there is no such ${what}`);
}
