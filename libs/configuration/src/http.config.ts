import { parseTrustedProxies } from '@belfry/domain';
import { z } from 'zod';
import { namespace } from './namespace.js';
import { judgePublicPath } from './public-path.js';
import { acceptedBy, integer, readBy, webUrl } from './rules.js';

/** The port of the API where none is given. */
export const defaultPort = 3000;

const hostMessage = 'must be an address or a name to listen on, such as 0.0.0.0';
const portMessage = 'must be a whole number from 0 to 65535';

/** What the address of this process is made of. */
export const addressVariables = {
  HOST: z
    .string()
    .regex(/^[A-Za-z0-9.:_-]+$/, hostMessage)
    .refine((host) => URL.canParse(`http://${host.includes(':') ? `[${host}]` : host}`), hostMessage)
    .default('127.0.0.1'),
  PORT: integer(0, 65_535, defaultPort),
  PUBLIC_URL: webUrl('https://notifications.example.com').pipe(acceptedBy(judgePublicPath)).optional(),
};

/** The address of this process as people see it, without a slash at its end. */
export function publicUrlOf({
  HOST,
  PORT,
  PUBLIC_URL,
}: {
  readonly HOST: string;
  readonly PORT: number;
  readonly PUBLIC_URL?: string | undefined;
}): string {
  return PUBLIC_URL ?? `http://${HOST.includes(':') ? `[${HOST}]` : HOST}:${PORT}`;
}

/** Where the API listens, and what it accepts from clients. */
export const httpConfig = namespace('http', {
  variables: {
    ...addressVariables,
    METRICS_PORT: z
      .string()
      .regex(/^\d{1,5}$/, portMessage)
      .transform(Number)
      .refine((port) => port <= 65_535, portMessage)
      .optional(),
    REQUEST_TIMEOUT_MS: integer(1_000, 600_000, 30_000),
    MAX_CONNECTIONS: integer(10, 100_000, 4_000),
    TRUST_PROXY: readBy((text) => parseTrustedProxies('TRUST_PROXY', text)).optional(),
  },
  settings: (values) => ({
    host: values.HOST,
    port: values.PORT,
    publicUrl: publicUrlOf(values),
    /** The port of a listener for `/metrics` alone; null: the API answers it. */
    metricsPort: values.METRICS_PORT ?? null,
    /** How long a request may take to come, its body included. */
    requestTimeoutMs: values.REQUEST_TIMEOUT_MS,
    /** How many connections the process keeps at once; what is over is closed. */
    connections: values.MAX_CONNECTIONS,
    /** Proxies whose `X-Forwarded-For` counts. */
    trustedProxies: values.TRUST_PROXY ?? [],
  }),
});
