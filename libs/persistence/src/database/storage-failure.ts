import { StorageUnavailable } from '@belfry/application';
import { QueryFailedError, QueryRunnerAlreadyReleasedError } from 'typeorm';

/** A statement that the database refused. Carries no parameters and no row: they may hold secrets. */
export class StatementRefused extends Error {
  constructor(
    message: string,
    /** SQLSTATE, five characters. */
    readonly code: string,
    /** The constraint that refused it, where one did. */
    readonly constraint: string | undefined,
  ) {
    super(`${message} (SQLSTATE ${code})`);
    this.name = 'StatementRefused';
  }
}

/** Node's error codes of a connection that can't be made or has broken. */
const networkFailures = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/**
 * SQLSTATE of a server that ends, refuses or has lost the session: shut down by an administrator, crashed, starting up,
 * out of connections, cut for idling; class 08 is a connection's own.
 */
const sessionEnded = /^(08...|57P0[1235]|53300|25P03)$/;

/** What pg answers where a connection broke or was closed before: it has sent nothing. */
const unsentMessages = [
  'Client has encountered a connection error',
  'Client was closed and is not queryable',
];

/** pg gives these no code. */
const driverMessages = [
  'Connection terminated',
  'timeout exceeded when trying to connect',
  'timeout expired',
  ...unsentMessages,
];

/**
 * What a store throws in place of an error of the driver or the ORM: `StorageUnavailable` where the database can't be
 * reached, a `StatementRefused` without its parameters where a statement failed, otherwise the error itself.
 */
export function storageFailure(error: unknown): unknown {
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : error;
  // The ORM releases a query runner under its statement only when the connection breaks.
  if (cause instanceof QueryRunnerAlreadyReleasedError || isUnavailable(cause))
    return new StorageUnavailable(cause);
  if (isDatabaseError(cause)) return new StatementRefused(cause.message, cause.code, cause.constraint);
  return cause;
}

/** True for the driver's error of a statement that it never sent. */
export function wasNeverSent(error: unknown): boolean {
  return isErrorLike(error) && unsentMessages.some((message) => error.message.startsWith(message));
}

function isUnavailable(error: unknown): boolean {
  if (!isErrorLike(error)) return false;
  // The server ended the session, or let none begin: no statement was at fault.
  const { severity } = error as { severity?: unknown };
  if (severity === 'FATAL' || severity === 'PANIC') return true;
  const { code, syscall } = error;
  if (code !== undefined) {
    // A unix socket that is not there.
    if (code === 'ENOENT') return syscall === 'connect';
    return networkFailures.has(code) || sessionEnded.test(code);
  }
  return driverMessages.some((message) => error.message.startsWith(message));
}

function isDatabaseError(error: unknown): error is Error & { code: string; constraint?: string } {
  return isErrorLike(error) && /^[0-9A-Z]{5}$/.test(error.code ?? '') && 'severity' in error;
}

/** Not `instanceof`: Node's own errors are of another realm where this code runs in a VM context. */
function isErrorLike(error: unknown): error is NodeJS.ErrnoException {
  return typeof error === 'object' && error !== null && 'message' in error;
}
