import type { Problem } from '@belfry/domain';
import { readFileSync } from 'node:fs';

/**
 * The environment with these secrets from their files, as container platforms hand them over. A line's end at the end of
 * a file is not part of the secret. A file that can't be read, or a secret that is given twice, is a problem that shows
 * neither path nor content.
 */
export function withSecretFiles(
  given: Readonly<Record<string, unknown>>,
  secrets: readonly string[],
): {
  readonly environment: Readonly<Record<string, unknown>>;
  readonly problems: readonly Problem[];
} {
  const environment = { ...given };
  const problems: Problem[] = [];
  for (const name of secrets) {
    const path = given[`${name}_FILE`];
    if (typeof path !== 'string') continue;
    const refuse = (message: string) => problems.push({ pointer: `/${name}_FILE`, message });
    if (given[name] !== undefined) {
      refuse(`must not be set together with ${name}: remove one of them`);
      continue;
    }
    try {
      const content = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
      if (content === '') refuse('must name a file that holds the secret: this one is empty');
      else environment[name] = content;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === undefined) throw error;
      refuse(`must name a file that this process can read (${code})`);
    }
  }
  return { environment, problems };
}
