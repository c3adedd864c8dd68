import type { Configuration } from '@belfry/nest';
import type { Problem } from '@belfry/domain';
import { Command } from 'nest-commander';
import { Refusal } from '../../failure.js';
import { printable } from '../../output/printable.js';
import { dim, green, red, yellow } from '../../output/style.js';
import { BelfryCommand, type JsonOption } from '../belfry-command.js';
import { checkDatabase } from './check-database.js';
import { checkDisk } from './check-disk.js';
import { checkMail } from './check-mail.js';
import { checkNode } from './check-node.js';
import { checkPublicUrl } from './check-public-url.js';
import { ok, wrong, type Finding } from './finding.js';

/** Looks whether everything is there that the service needs. */
@Command({
  name: 'doctor',
  description: 'check everything that the service needs, and say how to fix what is missing',
})
export class DoctorCommand extends BelfryCommand {
  protected readonly examples = ['belfry doctor', 'belfry doctor --json'];
  protected override readonly details =
    'Changes and sends nothing. The exit code is 1 if something is wrong, and 0 if there are only warnings.';

  async run(_arguments: string[], options: JsonOption): Promise<void> {
    const configuration = await this.readConfiguration();
    const findings = Array.isArray(configuration)
      ? [checkNode(process.versions.node), ...configuration]
      : await examine(configuration);
    const problems = findings.filter(({ state }) => state === 'wrong').length;
    this.output.show(options, { ok: problems === 0, checks: findings }, () => findingsText(findings));
    if (problems > 0) throw new Refusal(`${problems} of ${findings.length} checks failed`);
  }

  /** The settings, or what is wrong with them: nothing else can be looked at then. */
  private async readConfiguration(): Promise<Configuration | Finding[]> {
    try {
      return (await this.workplace.configure()).configuration;
    } catch (error) {
      // Known by its name, as `reportFailure` knows it.
      if (!(error instanceof Error && error.name === 'ConfigurationError')) throw error;
      return (error as Error & { problems: readonly Problem[] }).problems.map(({ pointer, message }) =>
        wrong('configuration', `${pointer.slice(1)} ${message}`, 'set it right: the other checks need it'),
      );
    }
  }
}

async function examine(configuration: Configuration): Promise<readonly Finding[]> {
  const checks = [checkDatabase, checkDisk, checkMail, checkPublicUrl];
  const findings = await Promise.all(checks.map((check) => check(configuration)));
  return [
    checkNode(process.versions.node),
    ok('configuration', 'every setting can be read'),
    ...findings.flat(),
  ];
}

const stateStyles = { ok: green, warning: yellow, wrong: red } as const;

function findingsText(findings: readonly Finding[]): string {
  const stateWidth = Math.max(...findings.map(({ state }) => state.length));
  const checkWidth = Math.max(...findings.map(({ check }) => check.length));
  const indent = ' '.repeat(stateWidth + checkWidth + 4);
  return findings
    .flatMap(({ check, state, found, advice }) => [
      `${stateStyles[state](state.padEnd(stateWidth))}  ${check.padEnd(checkWidth)}  ${printable(found)}`,
      ...(advice === null ? [] : [dim(`${indent}${advice}`)]),
    ])
    .join('\n');
}
