import {
  publicDestinationsOnly,
  type AllowedDestinations,
  type EventCatalogue,
  type PlatformSites,
} from '@belfry/domain';
import type { MailModuleOptions } from '@belfry/mail';
import type { Telemetry } from '@belfry/telemetry';

/** What the module does where an option is not given. */
export const defaults = {
  webhooks: { timeoutMs: 15_000, leaseMarginMs: 15_000, allowed: publicDestinationsOnly },
  limits: {
    webhooks: { inFlight: 256, perAccount: 16, perOrigin: 128 },
    mails: { inFlight: 50, perDomain: 10 },
  },
  allowances: { testsPerMinute: 30, mailRedeliveriesPerHour: 100, webhookRedeliveriesPerHour: 10_000 },
  retention: { events: 30, audit: 365 },
  sites: { admin: 'https://admin.example.com', api: 'https://api.example.com' },
  publicUrl: 'http://127.0.0.1:3000',
  from: 'Belfry <belfry@belfry.invalid>',
} as const;

/** A PostgreSQL server. */
export interface ServerOptions {
  /** `postgres://user:password@host:5432/name`. */
  readonly url: string;
  /** `transaction` where the URL is known to lead to a pooler in transaction mode; otherwise that is found out. */
  readonly pooler?: 'transaction' | undefined;
  /** The server itself where the URL leads to a pooler: to listen for hints, and for migrations. */
  readonly directUrl?: string | undefined;
  /** Connections to hold at most. */
  readonly poolSize?: number | undefined;
  /** How many more for what people look at. */
  readonly readPoolSize?: number | undefined;
}

/** The embedded database. */
export interface EmbeddedOptions {
  /** Its folder. */
  readonly embedded: string;
  /** True where one that another process has open is joined; otherwise it is refused. */
  readonly join?: boolean | undefined;
}

/** What `BelfryModule` is made of. Nothing is needed but the database. */
export interface BelfryOptions {
  readonly database: (ServerOptions | EmbeddedOptions) & {
    /** The schema that the tables are in: `belfry` unless given. */
    readonly schema?: string | undefined;
    /** False in a process that would rather end than wait for a server that is still starting. */
    readonly waits?: boolean | undefined;
  };
  /** Without a URL and a transport, mails wait for a mail server, and fail after a day. */
  readonly smtp?: {
    /** `smtp(s)://user:password@host:port`. */
    readonly url?: string | undefined;
    /** What carries mails where there is no URL. */
    readonly transport?: MailModuleOptions['transport'];
    /** Whom mails come from: one address, with or without a name. */
    readonly from?: string | undefined;
    /** What this process calls itself in EHLO. */
    readonly ehloName?: string | undefined;
    /** Certificates in PEM, one of which the mail server's must lead to; the system's unless given. */
    readonly authorities?: string | undefined;
  };
  readonly webhooks?: {
    /** Milliseconds from connecting to the answer's last byte. */
    readonly timeoutMs?: number;
    /** How many milliseconds longer a worker's claim holds without being renewed. */
    readonly leaseMarginMs?: number;
    /** Name servers, `address` or `address:port`, asked for the names of endpoints; the system's unless given. */
    readonly nameServers?: readonly string[] | undefined;
    /** What endpoints may be although it is not public. */
    readonly allowed?: AllowedDestinations;
    /** One endpoint more, for one account alone. */
    readonly alsoAllowed?: { readonly accountId: number; readonly endpoint: string } | null;
  };
  /** False in a process that only publishes: others send. Deliveries start once `Dispatcher` is told to run. */
  readonly dispatch?: boolean;
  /** How many deliveries this process sends at once: in all, of one account, to one origin or recipient domain. */
  readonly limits?: {
    readonly webhooks: { readonly inFlight: number; readonly perAccount: number; readonly perOrigin: number };
    readonly mails: { readonly inFlight: number; readonly perDomain: number };
  };
  /** What one account may ask for, in all processes together. */
  readonly allowances?: {
    readonly testsPerMinute: number;
    readonly mailRedeliveriesPerHour: number;
    readonly webhookRedeliveriesPerHour: number;
  };
  /** For how many days events, and the audit log, are kept. */
  readonly retention?: { readonly events: number; readonly audit: number };
  /** Where the admin page is, for links in mails: http or https, without a slash at its end. */
  readonly publicUrl?: string;
  /** Where built links in payloads begin. */
  readonly sites?: PlatformSites;
  /** Keys with all scopes that are not stored. */
  readonly bootstrapKeys?: readonly string[];
  /** The event types; the platform's own unless given. */
  readonly catalogue?: EventCatalogue;
  /** What hears of all that the module does; unless given, one that logs to standard error. */
  readonly telemetry?: Telemetry;
}
