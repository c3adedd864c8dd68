/** The settings of the process: all namespaces, read together. What each means is in docs/configuration.md. */
import type { ConfigType } from '@nestjs/config';
import { accessConfig } from './access.config.js';
import { contradictionsIn } from './contradictions.js';
import { databaseConfig } from './database.config.js';
import { httpConfig } from './http.config.js';
import { limitsConfig } from './limits.config.js';
import { mailConfig } from './mail.config.js';
import { ConfigurationError, type Environment } from './namespace.js';
import { platformConfig } from './platform.config.js';
import { portalConfig } from './portal.config.js';
import { processConfig } from './process.config.js';
import { tracingConfig } from './tracing.config.js';
import { webhooksConfig } from './webhooks.config.js';

/** The namespaces, by their names. */
export const namespaces = {
  process: processConfig,
  http: httpConfig,
  database: databaseConfig,
  mail: mailConfig,
  webhooks: webhooksConfig,
  limits: limitsConfig,
  access: accessConfig,
  platform: platformConfig,
  portal: portalConfig,
  tracing: tracingConfig,
};

type Namespaces = typeof namespaces;

/** The settings of the process, checked. */
export type Configuration = { readonly [Name in keyof Namespaces]: ConfigType<Namespaces[Name]> };

/**
 * Reads all namespaces of an environment. Throws `ConfigurationError`, which names every wrong variable, and those that
 * can't be meant together.
 */
export function readConfiguration(environment: Environment): Configuration {
  const read = Object.entries(namespaces).map(([name, { read }]) => [name, read(environment)] as const);
  const wellFormed: Environment = Object.fromEntries(
    read.flatMap(([, found]) => Object.entries(found.wellFormed)),
  );
  const problems = [...read.flatMap(([, found]) => found.problems), ...contradictionsIn(wellFormed)];
  // Two namespaces may read the same variable.
  const distinct = new Map(problems.map((problem) => [JSON.stringify(problem), problem]));
  if (distinct.size > 0) throw new ConfigurationError([...distinct.values()]);
  return Object.fromEntries(read.map(([name, { settings }]) => [name, settings])) as Configuration;
}

/** True where the development mailbox, the development endpoint and the sample account are there. */
export function isDevelopment({ process, mail }: Pick<Configuration, 'process' | 'mail'>): boolean {
  return !process.production && mail.smtpUrl === null;
}
