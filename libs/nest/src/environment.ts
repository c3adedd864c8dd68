/** The settings of the process, read from the environment once, at start. What each means stands in docs/configuration.md. */
import {
  parseAllowedDestinations,
  parseTrustedProxies,
  problemsOf,
  type AllowedDestinations,
  type PlatformSites,
  type Problem,
  type Result,
  type TrustedProxies,
} from '@belfry/domain';
import { parseEhloName, parseSender, parseSmtpUrl, readAuthorities } from '@belfry/mail';
import { defaultSchema, judgeDatabaseUrl, judgeSchema } from '@belfry/persistence';
import type { TraceProtocol } from '@belfry/telemetry';
import { parseNameServers } from '@belfry/webhook';
import { z } from 'zod';
import { contradictionsIn, defaultPort } from './contradictions.js';
import { judgePublicPath } from './public-path.js';
import { withSecretFiles } from './secret-files.js';
import { readTraceProtocol } from './tracing-settings.js';

/** What this process does: answer REST, start deliveries, or both. */
export type Role = 'api' | 'worker' | 'all';

/** The settings of the process, checked. */
export interface Configuration {
  readonly host: string;
  readonly port: number;
  /** The address of this process as admins see it, without a trailing slash. */
  readonly publicUrl: string;
  readonly role: Role;
  readonly production: boolean;
  readonly logLevel: string;
  /** PostgreSQL; null means the embedded database in the data directory. */
  readonly databaseUrl: string | null;
  /** `transaction` where `databaseUrl` is known to lead to a pooler in transaction mode; null: that is found out. */
  readonly databasePooler: 'transaction' | null;
  /** The server itself where `databaseUrl` leads to a pooler: for LISTEN and migrations. */
  readonly databaseDirectUrl: string | null;
  /** The schema that the tables are in. */
  readonly databaseSchema: string;
  readonly databasePoolSize: number;
  /** Connections for what people look at, beside those of the pool. */
  readonly databaseReadPoolSize: number;
  readonly dataDirectory: string;
  /** Null means the development mailbox or, in production, that mails wait. */
  readonly smtpUrl: string | null;
  /** How this process meets its mail server. */
  readonly smtpClient: {
    /** What it calls itself in EHLO. */
    readonly ehloName: string;
    /** Certificates in PEM, one of which the mail server's must lead to; undefined means the system's. */
    readonly authorities: string | undefined;
  };
  readonly mailFrom: string;
  /** True where `mailFrom` was not given but made up. */
  readonly mailFromIsGuess: boolean;
  readonly sites: PlatformSites;
  readonly webhookTimeoutMs: number;
  /** How much longer than the longest webhook a claim holds: room for a slow record, short enough that a death shows soon. */
  readonly webhookLeaseMarginMs: number;
  /** Name servers, `address` or `address:port`, asked for the names of endpoints; null: the system's. */
  readonly nameServers: readonly string[] | null;
  readonly allowed: AllowedDestinations;
  readonly limits: {
    readonly webhooksInFlight: number;
    readonly webhooksInFlightPerAccount: number;
    /** To one scheme, host and port, whoever's endpoints they are: half of all, or what one account may have. */
    readonly webhooksInFlightPerOrigin: number;
    readonly mailsInFlight: number;
    readonly mailsInFlightPerDomain: number;
  };
  readonly rateLimits: {
    /** Requests of one key or session. */
    readonly requestsPerSecond: number;
    /** Requests of one client address that were refused for their key, session or link. */
    readonly refusalsPerMinute: number;
    /** Requests of all sessions and keys of one account together. */
    readonly accountRequestsPerSecond: number;
    /** Test deliveries of one account, in all processes. */
    readonly testsPerMinute: number;
    /** Mails, and webhooks, of one account that redeliveries send, in all processes. */
    readonly mailRedeliveriesPerHour: number;
    readonly webhookRedeliveriesPerHour: number;
  };
  /** Proxies whose `X-Forwarded-For` counts. */
  readonly trustedProxies: TrustedProxies;
  /** The port of a listener for `/metrics` alone; null: the API answers it. */
  readonly metricsPort: number | null;
  readonly requests: {
    /** How long a request may take to come, its body included. */
    readonly timeoutMs: number;
    /** How many connections the process keeps at once; what is over is closed. */
    readonly connections: number;
  };
  readonly retentionDays: number;
  /** How long the audit log, and keys that were revoked, are kept. */
  readonly auditRetentionDays: number;
  /** Where an admin is sent whose session is missing or over; null: they are told what to do. */
  readonly portalRefreshUrl: string | null;
  /** Origins that may embed the page, beside its own. */
  readonly portalFrameAncestors: readonly string[];
  readonly bootstrapApiKey: string | null;
  /** The one before it, which counts on while it is rotated. */
  readonly previousBootstrapApiKey: string | null;
  /** How traces are sent; null: they are not. */
  readonly traceProtocol: TraceProtocol | null;
  /** How long a process that was told to stop goes on as before, only not ready, so that no traffic is led to it. */
  readonly stopDelayMs: number;
}

/** True where the development mailbox, the development endpoint and the sample account are there. */
export function isDevelopment({
  production,
  smtpUrl,
}: Pick<Configuration, 'production' | 'smtpUrl'>): boolean {
  return !production && smtpUrl === null;
}

/** The environment does not describe a process that could run: every wrong variable is named, and no value is shown. */
export class ConfigurationError extends Error {
  constructor(readonly problems: readonly Problem[]) {
    super(problems.map(({ pointer, message }) => `${pointer.slice(1)} ${message}`).join('\n'));
    this.name = 'ConfigurationError';
  }
}

const integer = (least: number, most: number, preset: number) => {
  const message = `must be a whole number from ${least} to ${most}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, message)
    .transform(Number)
    .refine((value) => value >= least && value <= most, message)
    .default(preset);
};

const url = (protocols: readonly string[], example: string) =>
  z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), {
    error: `must be a URL such as ${example}`,
  });

/** A text that a rule of an adapter judges; the text itself is kept. */
const judgedBy = (rule: (text: string) => Result<unknown>) =>
  z.string().check((context) => {
    const judged = rule(context.value);
    if (judged.ok) return;
    for (const { message } of judged.problems) context.issues.push({ code: 'custom', message, input: '' });
  });

/** An address that links begin with: a path of theirs is put behind it. */
const webUrl = (example: string) =>
  url(['http:', 'https:'], example)
    .refine((text) => !/[?#]|\/\/[^/]*@/.test(text), 'must be a URL without user, query and fragment')
    .transform((text) => text.replace(/(?<!\/)\/+$/, ''));

const portMessage = 'must be a whole number from 0 to 65535';
/** An origin of somebody: `*` stands for names under a domain that has an owner, and for nothing else. */
const isOfSomebody = (origin: string) =>
  !origin.includes('*') || /^https?:\/\/\*(\.[a-z0-9-]+){2,}(:\d+)?$/i.test(origin);

const hostMessage = 'must be an address or a name to listen on, such as 0.0.0.0';

/** The variables that are read, each with its rule. */

const bootstrapKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/, 'must be 1 to 255 printable ASCII characters without spaces')
  .optional();

export const environmentSchema = z.object({
  HOST: z
    .string()
    .regex(/^[A-Za-z0-9.:_-]+$/, hostMessage)
    .refine((host) => URL.canParse(`http://${host.includes(':') ? `[${host}]` : host}`), hostMessage)
    .default('127.0.0.1'),
  PORT: integer(0, 65_535, defaultPort),
  PUBLIC_URL: webUrl('https://notifications.example.com').pipe(judgedBy(judgePublicPath)).optional(),
  ROLE: z.enum(['api', 'worker', 'all'], { error: 'must be api, worker or all' }).default('all'),
  NODE_ENV: z.string().optional(),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
      error: 'must be trace, debug, info, warn, error, fatal or silent',
    })
    .default('info'),
  DATABASE_URL: judgedBy(judgeDatabaseUrl).optional(),
  DATABASE_POOLER: z.enum(['transaction'], { error: 'must be transaction or left unset' }).optional(),
  DATABASE_DIRECT_URL: judgedBy(judgeDatabaseUrl).optional(),
  DATABASE_SCHEMA: judgedBy(judgeSchema).default(defaultSchema),
  DATABASE_POOL_SIZE: integer(2, 100, 8),
  DATABASE_READ_POOL_SIZE: integer(1, 100, 2),
  DATA_DIR: z.string().default('.belfry'),
  SMTP_URL: judgedBy(parseSmtpUrl).optional(),
  SMTP_EHLO_NAME: judgedBy(parseEhloName).optional(),
  SMTP_CA_FILE: z
    .string()
    .transform((path, context) => {
      const read = readAuthorities(path);
      if (read.ok) return read.value;
      for (const { message } of read.problems) context.issues.push({ code: 'custom', message, input: '' });
      return z.NEVER;
    })
    .optional(),
  MAIL_FROM: judgedBy(parseSender).optional(),
  PLATFORM_ADMIN_URL: webUrl('https://admin.example.com').default('https://admin.example.com'),
  PLATFORM_API_URL: webUrl('https://api.example.com').default('https://api.example.com'),
  WEBHOOK_TIMEOUT_MS: integer(1, 600_000, 15_000),
  WEBHOOK_LEASE_MARGIN_MS: integer(1_000, 600_000, 15_000),
  DNS_SERVERS: judgedBy(parseNameServers).optional(),
  WEBHOOK_ALLOWED_HOSTS: z.string().default(''),
  WEBHOOK_ALLOWED_CIDRS: z.string().default(''),
  WEBHOOKS_IN_FLIGHT: integer(1, 10_000, 256),
  WEBHOOKS_IN_FLIGHT_PER_ACCOUNT: integer(1, 10_000, 16),
  MAILS_IN_FLIGHT: integer(1, 1_000, 50),
  MAILS_IN_FLIGHT_PER_DOMAIN: integer(1, 1_000, 10),
  RATE_LIMIT_PER_KEY: integer(1, 1_000_000, 10_000),
  RATE_LIMIT_REFUSALS: integer(1, 1_000_000, 600),
  ACCOUNT_REQUESTS_PER_SECOND: integer(1, 1_000_000, 100),
  ACCOUNT_TESTS_PER_MINUTE: integer(1, 1_000_000, 30),
  ACCOUNT_MAIL_REDELIVERIES_PER_HOUR: integer(1, 1_000_000, 100),
  ACCOUNT_WEBHOOK_REDELIVERIES_PER_HOUR: integer(1, 10_000_000, 10_000),
  TRUST_PROXY: judgedBy((text) => parseTrustedProxies('TRUST_PROXY', text)).optional(),
  METRICS_PORT: z
    .string()
    .regex(/^\d{1,5}$/, portMessage)
    .transform(Number)
    .refine((port) => port <= 65_535, portMessage)
    .optional(),
  REQUEST_TIMEOUT_MS: integer(1_000, 600_000, 30_000),
  MAX_CONNECTIONS: integer(10, 100_000, 4_000),
  RETENTION_DAYS: integer(1, 36_500, 30),
  AUDIT_RETENTION_DAYS: integer(1, 36_500, 365),
  STOP_DELAY_MS: integer(0, 600_000, 0),
  PORTAL_REFRESH_URL: url(['http:', 'https:'], 'https://app.example.com/notifications').optional(),
  PORTAL_FRAME_ANCESTORS: z
    .string()
    .regex(
      /^https?:\/\/[^\s;,'"\/?#@]+(,\s*https?:\/\/[^\s;,'"\/?#@]+)*$/,
      'must be a comma-separated list of origins such as https://app.example.com',
    )
    .refine((list) => list.split(',').every((origin) => isOfSomebody(origin.trim())), {
      error:
        'must name the sites that may embed the page, such as https://app.example.com or https://*.example.com: a * alone would let every site',
    })
    .optional(),
  BOOTSTRAP_API_KEY: bootstrapKey,
  BOOTSTRAP_API_KEY_PREVIOUS: bootstrapKey,
});

/** Reads the environment; an empty variable counts as one that is not set. Throws `ConfigurationError`. */
export function readConfiguration(environment: Readonly<Record<string, unknown>>): Configuration {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const { environment: given, problems: fileProblems } = withSecretFiles(set);
  const parsed = environmentSchema.safeParse(given);
  const problems = parsed.success ? [] : problemsOf(parsed.error);
  const allowed = parseAllowedDestinations(
    String(given['WEBHOOK_ALLOWED_HOSTS'] ?? ''),
    String(given['WEBHOOK_ALLOWED_CIDRS'] ?? ''),
  );
  const contradictions = contradictionsIn(wellFormedIn(given));
  const traceProtocol = readTraceProtocol(given);
  if (
    !parsed.success ||
    !allowed.ok ||
    !traceProtocol.ok ||
    contradictions.length + fileProblems.length > 0
  ) {
    throw new ConfigurationError([
      ...fileProblems,
      ...problems,
      ...(allowed.ok ? [] : allowed.problems),
      ...(traceProtocol.ok ? [] : traceProtocol.problems),
      ...contradictions,
    ]);
  }
  const values = parsed.data;
  // A total below the preset of one account is no contradiction: only the one that was set counts.
  const perAccount = Math.min(values.WEBHOOKS_IN_FLIGHT_PER_ACCOUNT, values.WEBHOOKS_IN_FLIGHT);
  const host = values.HOST.includes(':') ? `[${values.HOST}]` : values.HOST;
  const publicUrl = values.PUBLIC_URL ?? `http://${host}:${values.PORT}`;
  const mailFrom = values.MAIL_FROM ?? `Belfry <belfry@${nameIn(publicUrl) ?? 'belfry.invalid'}>`;
  return {
    host: values.HOST,
    port: values.PORT,
    publicUrl,
    role: values.ROLE,
    production: values.NODE_ENV === 'production',
    logLevel: values.LOG_LEVEL,
    databaseUrl: values.DATABASE_URL ?? null,
    databasePooler: values.DATABASE_POOLER ?? null,
    databaseDirectUrl: values.DATABASE_DIRECT_URL ?? null,
    databaseSchema: values.DATABASE_SCHEMA,
    databasePoolSize: values.DATABASE_POOL_SIZE,
    databaseReadPoolSize: values.DATABASE_READ_POOL_SIZE,
    dataDirectory: values.DATA_DIR,
    smtpUrl: values.SMTP_URL ?? null,
    smtpClient: {
      ehloName: values.SMTP_EHLO_NAME ?? nameIn(publicUrl) ?? domainOf(mailFrom),
      authorities: values.SMTP_CA_FILE,
    },
    mailFrom,
    mailFromIsGuess: values.MAIL_FROM === undefined,
    sites: { admin: values.PLATFORM_ADMIN_URL, api: values.PLATFORM_API_URL },
    webhookTimeoutMs: values.WEBHOOK_TIMEOUT_MS,
    webhookLeaseMarginMs: values.WEBHOOK_LEASE_MARGIN_MS,
    nameServers: nameServersIn(values.DNS_SERVERS),
    allowed: allowed.value,
    limits: {
      webhooksInFlight: values.WEBHOOKS_IN_FLIGHT,
      webhooksInFlightPerAccount: perAccount,
      webhooksInFlightPerOrigin: Math.max(perAccount, values.WEBHOOKS_IN_FLIGHT >> 1),
      mailsInFlight: values.MAILS_IN_FLIGHT,
      mailsInFlightPerDomain: Math.min(values.MAILS_IN_FLIGHT_PER_DOMAIN, values.MAILS_IN_FLIGHT),
    },
    rateLimits: {
      requestsPerSecond: values.RATE_LIMIT_PER_KEY,
      refusalsPerMinute: values.RATE_LIMIT_REFUSALS,
      accountRequestsPerSecond: values.ACCOUNT_REQUESTS_PER_SECOND,
      testsPerMinute: values.ACCOUNT_TESTS_PER_MINUTE,
      mailRedeliveriesPerHour: values.ACCOUNT_MAIL_REDELIVERIES_PER_HOUR,
      webhookRedeliveriesPerHour: values.ACCOUNT_WEBHOOK_REDELIVERIES_PER_HOUR,
    },
    trustedProxies: readTrustedProxies(values.TRUST_PROXY),
    metricsPort: values.METRICS_PORT ?? null,
    requests: { timeoutMs: values.REQUEST_TIMEOUT_MS, connections: values.MAX_CONNECTIONS },
    retentionDays: values.RETENTION_DAYS,
    auditRetentionDays: values.AUDIT_RETENTION_DAYS,
    portalRefreshUrl: values.PORTAL_REFRESH_URL ?? null,
    portalFrameAncestors: values.PORTAL_FRAME_ANCESTORS?.split(',').map((origin) => origin.trim()) ?? [],
    bootstrapApiKey: values.BOOTSTRAP_API_KEY ?? null,
    previousBootstrapApiKey: values.BOOTSTRAP_API_KEY_PREVIOUS ?? null,
    traceProtocol: traceProtocol.value,
    stopDelayMs: values.STOP_DELAY_MS,
  };
}

/** The variables that were given and are well-formed, each by itself: they are compared even where others are wrong. */
function wellFormedIn(given: Readonly<Record<string, unknown>>): Partial<z.infer<typeof environmentSchema>> {
  return Object.fromEntries(
    Object.entries(environmentSchema.shape).flatMap(([name, schema]) => {
      if (given[name] === undefined) return [];
      const parsed = schema.safeParse(given[name]);
      return parsed.success ? [[name, parsed.data]] : [];
    }),
  );
}

/** The proxies of a list that was judged already. */
function readTrustedProxies(list = ''): TrustedProxies {
  const read = parseTrustedProxies('TRUST_PROXY', list);
  if (!read.ok) throw new Error('TRUST_PROXY was not checked');
  return read.value;
}

/** Judged before: what is set here is well-formed. */
function nameServersIn(list: string | undefined): readonly string[] | null {
  const parsed = list === undefined ? null : parseNameServers(list);
  return parsed?.ok ? parsed.value : null;
}

/** The host of a URL where it is a name that others may know; an address, or a name without a dot, is not one. */
function nameIn(publicUrl: string): string | null {
  const { hostname } = new URL(publicUrl);
  return /^[a-z0-9][a-z0-9.-]*\.[a-z][a-z0-9-]*$/i.test(hostname) ? hostname : null;
}

function domainOf(mailFrom: string): string {
  const sender = parseSender(mailFrom);
  if (!sender.ok) throw new Error('MAIL_FROM was read before');
  return sender.value.domain;
}
