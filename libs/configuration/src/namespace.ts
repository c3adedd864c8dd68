import { problemsOf, type Problem } from '@belfry/domain';
import { registerAs } from '@nestjs/config';
import type { z } from 'zod';
import { withSecretFiles } from './secret-files.js';

/** Variables by their names, as `process.env` holds them. */
export type Environment = Readonly<Record<string, unknown>>;

/** The environment does not describe a process that could run: every wrong variable is named, and no value is shown. */
export class ConfigurationError extends Error {
  constructor(readonly problems: readonly Problem[]) {
    super(problems.map(({ pointer, message }) => `${pointer.slice(1)} ${message}`).join('\n'));
    this.name = 'ConfigurationError';
  }
}

/** What a namespace is made of. */
interface NamespaceOptions<Variables extends Rules, Settings> {
  /** The variables that it reads, each with its rule. */
  readonly variables: Variables;
  /** Those that are secrets, or hold one: each may be in a file, which `…_FILE` names. */
  readonly secrets?: readonly (keyof Variables & string)[];
  /** What is wrong with variables that are well-formed, each on its own. */
  readonly contradictions?: (values: Values<Variables>) => readonly Problem[];
  /** What the process is given. */
  readonly settings: (values: Values<Variables>) => Settings;
}

type Rules = Readonly<Record<string, z.ZodType>>;
type Values<Variables extends Rules> = { readonly [Name in keyof Variables]: z.infer<Variables[Name]> };

/** What was read of an environment. */
export interface ReadNamespace<Settings> {
  /** Null where there are problems. */
  readonly settings: Settings | null;
  readonly problems: readonly Problem[];
  /** The variables that were given and are well-formed: they are compared with others even where some are wrong. */
  readonly wellFormed: Environment;
}

/**
 * A namespace of the configuration, as `@nestjs/config` knows it: a factory that reads the process's environment, and
 * throws `ConfigurationError`. Inject it by its `KEY`, as `ConfigType<typeof theNamespace>`. `read` reads another
 * environment, and answers problems as values; an empty variable counts as one that is not set.
 */
export function namespace<Variables extends Rules, Settings extends object>(
  name: string,
  { variables, secrets = [], contradictions = () => [], settings }: NamespaceOptions<Variables, Settings>,
) {
  const read = (environment: Environment): ReadNamespace<Settings> => {
    const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
    const { environment: given, problems: fileProblems } = withSecretFiles(set, secrets);
    const problems = [...fileProblems];
    const wellFormed: Record<string, unknown> = {};
    const values: Record<string, unknown> = {};
    for (const [variable, rule] of Object.entries(variables)) {
      const parsed = rule.safeParse(given[variable]);
      if (!parsed.success) {
        const found = problemsOf(parsed.error);
        problems.push(...found.map(({ message }) => ({ pointer: `/${variable}`, message })));
        continue;
      }
      values[variable] = parsed.data;
      if (given[variable] !== undefined) wellFormed[variable] = parsed.data;
    }
    if (problems.length === 0) problems.push(...contradictions(values as Values<Variables>));
    return {
      settings: problems.length === 0 ? settings(values as Values<Variables>) : null,
      problems,
      wellFormed,
    };
  };
  const factory = registerAs(name, (): Settings => {
    const found = read(process.env);
    if (found.settings === null) throw new ConfigurationError(found.problems);
    return found.settings;
  });
  return Object.assign(factory, { variables, read });
}
