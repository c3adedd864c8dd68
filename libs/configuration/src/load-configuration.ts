import type { DynamicModule } from '@nestjs/common';
import { ConfigModule, registerAs } from '@nestjs/config';
import { namespaces, readConfiguration, type Configuration } from './configuration.js';

/**
 * Loads the settings of the process, from the environment and from a file `.env` in the working directory where there
 * is one: the environment wins. Throws `ConfigurationError`.
 */
export async function loadConfiguration(): Promise<Configuration> {
  let configuration: Configuration | undefined;
  await ConfigModule.forRoot({
    validate: (environment) => {
      configuration = readConfiguration(environment);
      return environment;
    },
  });
  return configuration!;
}

/**
 * The module that offers the namespaces to a whole app: `@Inject(httpConfig.KEY) http: ConfigType<typeof httpConfig>`.
 * They are those of this configuration, which the process may have completed since it was read.
 */
export function configurationModule(configuration: Configuration): Promise<DynamicModule> {
  return ConfigModule.forRoot({
    isGlobal: true,
    ignoreEnvFile: true,
    load: (Object.keys(namespaces) as (keyof Configuration)[]).map((name) =>
      registerAs(name, () => configuration[name]),
    ),
  });
}
