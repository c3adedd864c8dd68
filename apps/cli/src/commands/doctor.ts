/** `belfry doctor`: checks everything that the service needs. */
import type { Configuration } from '@belfry/configuration';
import { verb } from '../command.js';
import type { CommandContext } from '../command-context.js';
import { problemsOfConfiguration, Refusal } from '../failure.js';
import { dim, green, printable, red, remark, show, yellow } from '../output.js';
import { checkDisk, checkMail, checkNode, checkPublicUrl, ok, wrong, type Finding } from './doctor-checks.js';
import { checkApi } from './doctor-api.js';
import { checkDatabase } from './doctor-database.js';

export const doctorCommand = (context: CommandContext) =>
  verb(
    'doctor',
    'Check everything that the service needs, and say how to fix what is wrong',
    ['belfry doctor', 'belfry doctor --json'],
    'Changes and sends nothing. Exits with 1 if something is wrong, and with 0 if there are only warnings.',
  ).action(async (options) => {
    const access = context.api();
    const findings =
      access === null
        ? await context.configuration().then(examine, examineFailure)
        : [checkNode(process.versions.node), ...(await checkApi(access))];
    const problems = findings.filter(({ state }) => state === 'wrong').length;
    show(options, { ok: problems === 0, checks: findings }, () => findingsText(findings));
    if (access !== null)
      remark(
        options,
        'Database, disk and mail server are checked only where the service runs: there, leave out --url and unset BELFRY_URL.',
      );
    if (problems > 0) throw new Refusal(`${problems} of ${findings.length} checks failed`);
  });

/** What is wrong with the settings of the process: nothing else can be checked then. */
function examineFailure(error: unknown): readonly Finding[] {
  const problems = problemsOfConfiguration(error);
  if (problems === null) throw error;
  return [
    checkNode(process.versions.node),
    ...problems.map(({ pointer, message }) =>
      wrong('configuration', `${pointer} ${message}`, 'fix this first: the other checks depend on it'),
    ),
  ];
}

async function examine(configuration: Configuration): Promise<readonly Finding[]> {
  const checks = [checkDatabase, checkDisk, checkMail, checkPublicUrl];
  const findings = await Promise.all(checks.map((check) => check(configuration)));
  return [
    checkNode(process.versions.node),
    ok('configuration', 'every setting is valid'),
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
