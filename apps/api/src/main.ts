/** Starts the process: settings, app, dispatcher; and stops it in order. */
import { Dispatcher, Erase, Mailer, RetentionSweep } from '@belfry/application';
import { ConfigurationError, loadConfiguration, type Configuration } from '@belfry/configuration';
import { version } from '@belfry/nest';
import { DatabaseHealth } from '@belfry/persistence';
import { createLogger, startTracing, type Tracing } from '@belfry/telemetry';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import { createApp } from './create-app.js';
import { DEVELOPMENT, type Development } from './development.js';
import { listenForMetrics, type MetricsListener } from './metrics-listener.js';
import { MetricsText } from './metrics-text.js';
import { ProcessState } from './process-state.js';
import { unwiseSettings } from './unwise-settings.js';
import { welcome } from './welcome.js';

/** EX_CONFIG of sysexits.h. */
const exitWrongConfiguration = 78;
/** How much longer than the longest webhook an orderly stop may take: for mails under way, and the last records. */
const stopMarginMs = 15_000;
/** How much of that margin is left when mails that the mail server has not answered are given up: their records take it. */
const recordMarginMs = 5_000;

async function main(): Promise<void> {
  const configuration = await withRealPort(await loadConfiguration());
  const { role, logLevel } = configuration.process;
  const logger = createLogger(logLevel, version);
  const tracing = await startTracing(configuration.tracing.protocol, { role, version }, logger);
  const app = await createApp(configuration, logger, tracing);
  const metrics = await listenForMetrics(configuration.http, app.get(MetricsText), logger);
  stopOnSignal(app, metrics, configuration, logger, tracing);
  const { host, port, publicUrl } = configuration.http;
  await app.listen(port, host);
  app.get(Dispatcher).run();
  if (role !== 'api') app.get(RetentionSweep).run();
  app.get(Erase).run();
  const listening = { role, host, port, ...(metrics === null ? {} : { metrics_port: metrics.port }) };
  logger.info({ ...listening, public_url: publicUrl, node: process.version }, 'started');
  warn(configuration, logger);
  if (app.get(DatabaseHealth).isPooled === true) logger.info(pooled(configuration.database));
  // Whoever gives a key of their own has a platform already, and needs no sample of one.
  const wantsSample = configuration.access.bootstrapApiKey === null && role === 'all';
  const sample = wantsSample ? ((await app.get<Development | null>(DEVELOPMENT)?.seed(app)) ?? null) : null;
  process.stdout.write(welcome(configuration, sample));
}

/**
 * Finds out first whether the port is free: the start takes seconds. `PORT=0` asks for any free port; the port is found
 * before anything is told of it.
 */
async function withRealPort(configuration: Configuration): Promise<Configuration> {
  const { http } = configuration;
  const { port: wanted, host } = http;
  const probe = createServer();
  await new Promise<void>((resolve, reject) =>
    probe.once('error', reject).listen(wanted, host, resolve),
  ).catch((error: unknown) => Promise.reject(portFailure(error as NodeJS.ErrnoException, http)));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return { ...configuration, http: { ...http, port, publicUrl: http.publicUrl.replace(/:0$/, `:${port}`) } };
}

function portFailure(error: NodeJS.ErrnoException, { port, host }: Configuration['http']): Error {
  if (error.code === 'EADDRINUSE')
    return new Error(
      `port ${port} is already in use. Choose another one: PORT=${port < 65_535 ? port + 1 : port - 1} npm start`,
    );
  if (error.code === 'EACCES')
    return new Error(`this process is not allowed to listen on port ${port}. Set PORT to one above 1023`);
  return new Error(`can't listen on ${host}, port ${port}: ${error.message}. Check HOST and PORT`);
}

function warn(configuration: Configuration, logger: Logger): void {
  const { database, http, mail } = configuration;
  const { role, production } = configuration.process;
  for (const warning of unwiseSettings(configuration)) logger.warn(warning);
  if (role !== 'all' && database.url === null) {
    const missing = role === 'api' ? 'nothing will be sent' : 'nothing will accept events';
    logger.warn(
      `ROLE is ${role}, but only one process can use the embedded database, so ${missing}. Use ROLE=all, or set DATABASE_URL`,
    );
  }
  if (mail.smtpUrl === null && production) {
    logger.warn(
      'SMTP_URL is not set, so no mail is sent. Mails wait for a day, then they fail. Set SMTP_URL to send them',
    );
  }
  if (production && /^http:\/\/(0\.0\.0\.0|\[::\])/.test(http.publicUrl)) {
    logger.warn(
      'PUBLIC_URL is not set, so links in mails and portal links lead to an address that others cannot open. Set it to the address that people use',
    );
  }
  if (mail.smtpUrl !== null && mail.fromIsGuess) {
    logger.warn(
      `MAIL_FROM is not set, so mails are sent from ${mail.from}, which mail servers may refuse. Set it to an address of yours`,
    );
  }
}

function pooled({ directUrl }: Configuration['database']): string {
  const how = 'the database is reached through a pooler in transaction mode';
  return directUrl === null
    ? `${how}, and DATABASE_DIRECT_URL is not set: processes notice each other's events only once a second`
    : `${how}; hints and migrations use DATABASE_DIRECT_URL`;
}

function stopOnSignal(
  app: NestFastifyApplication,
  metrics: MetricsListener | null,
  configuration: Configuration,
  logger: Logger,
  tracing: Tracing | null,
): void {
  const { stopDelayMs } = configuration.process;
  const { timeoutMs: webhookTimeoutMs } = configuration.webhooks;
  let stopping = false;
  const stop = async (signal: string) => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'stopping: finishing what is in flight');
    setTimeout(
      () => {
        logger.error('not everything was finished in time; another process will take over the rest');
        process.exit(1);
      },
      stopDelayMs + webhookTimeoutMs + stopMarginMs,
    ).unref();
    app.get(ProcessState).beginToStop();
    await pause(stopDelayMs);
    app.get(Mailer).wrapUp(webhookTimeoutMs + stopMarginMs - recordMarginMs);
    // First the dispatcher: until the server closes, what is still published is stored as queued.
    await Promise.all([app.get(Dispatcher).stop(), app.get(RetentionSweep).stop(), app.get(Erase).stop()]);
    await app.close();
    await metrics?.close();
    await tracing?.stop();
    logger.info('stopped');
    process.exit(0);
  };
  // A terminal that closes says SIGHUP; unheard, it would end the process with what is in flight.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void stop(signal));
}

main().catch((error: unknown) => {
  if (error instanceof ConfigurationError) {
    process.stderr.write(`These settings are wrong:\n${error.message.replace(/^/gm, '  ')}\n`);
    process.exit(exitWrongConfiguration);
  }
  process.stderr.write(`Belfry could not start: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
