import type { DynamicModule } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { readConfiguration, type Configuration } from './environment.js';

/**
 * Loads the settings of the process, from the environment and from a file `.env` in the working directory where there
 * is one (the environment wins), and makes the module that offers them as Nest's `ConfigService`. Throws
 * `ConfigurationError`.
 */
export async function loadConfiguration(): Promise<{ configuration: Configuration; module: DynamicModule }> {
  let configuration: Configuration | undefined;
  const module = await ConfigModule.forRoot({
    isGlobal: true,
    cache: true,
    validate: (environment) => {
      configuration = readConfiguration(environment);
      return environment;
    },
  });
  return { configuration: configuration!, module };
}
