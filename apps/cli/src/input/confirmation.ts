/** Asks before much is changed: `--yes` where nobody needs to be asked, `--dry-run` to see what would happen. */
import { createInterface } from 'node:readline/promises';
import { Refusal, WrongUse } from '../failure.js';

/** The options of a command that changes much. */
export interface ConfirmationOptions {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

export const yesOption = { flags: '-y, --yes', description: 'do it without asking' };
export const dryRunOption = { flags: '--dry-run', description: 'say what would be done, and change nothing' };

/** Refuses where nobody can be asked, before anything is opened. */
export function requireConfirmable({ yes, dryRun }: ConfirmationOptions): void {
  if (yes === true || dryRun === true || process.stdin.isTTY) return;
  throw new WrongUse(
    'this is not a terminal, so nobody can confirm: add --yes to do it, or --dry-run to see what would be done',
  );
}

/** Asks, unless `--yes` answered already. Anything but yes is a refusal. */
export async function confirm(question: string, { yes }: ConfirmationOptions): Promise<void> {
  if (yes === true) return;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${question} [y/N] `);
    if (!/^y(es)?$/i.test(answer.trim())) throw new Refusal('nothing was done');
  } finally {
    terminal.close();
  }
}
