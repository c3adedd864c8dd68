/**
 * What an error of the database means. The question is whether the row is at fault: then it is a `StatementRefused`, and
 * asking again is of no use. All else passes, or is for an operator to mend: `StorageUnavailable`, to be tried again.
 * The server's errors are told by their SQLSTATE alone: their words are in the language of `lc_messages`.
 */
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

/**
 * Classes of SQLSTATE that blame the row: too many rows for one, a value that can't be, a constraint, a view's check, a
 * row that is too large, and what a trigger raises.
 */
const rowAtFault = /^(21|22|23|44|54|P0)/;

/**
 * The server ends, refuses or has lost the session: shut down by an administrator, crashed, starting up, out of
 * connections, cut for idling; the login is refused (class 28), the database is not there (3D); class 08 is a
 * connection's own.
 */
const sessionEnded = /^(08...|28...|3D...|57P0[12345]|53300|25P03)$/;

/**
 * Another try at once may serve: transactions that were in each other's way, a server that has become read-only while
 * its successor takes connections, and a prepared statement that the session does not have any more or that was planned
 * for other columns.
 */
const triedAgainAtOnce = /^(40001|40P01|25006|25P02|26000|42P05|0A000)$/;

/** The connection is as good as before: it was one statement's bad luck, or the disk's. */
const connectionIsFine = /^(40...|55P03|57014|53[124]00)$/;

/** Node's error codes of a connection that can't be made or has broken. */
const networkFailures = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'EPROTO',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** What pg answers where a connection broke or was closed before: it has sent nothing. */
const unsentMessages = [
  'Client has encountered a connection error',
  'Client was closed and is not queryable',
];

/** pg gives these no code. They are the driver's own words, not the server's. */
const driverMessages = [
  'Connection terminated',
  'timeout exceeded when trying to connect',
  'timeout expired',
  ...unsentMessages,
];

/**
 * What a store throws instead of an error of the driver or the ORM: `StorageUnavailable` where the database can't be
 * reached or refuses for now, a `StatementRefused` without its parameters where the row is at fault, otherwise the error
 * itself.
 */
export function storageFailure(error: unknown): unknown {
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : error;
  if (cause instanceof StorageUnavailable) return cause;
  // The ORM releases a query runner under its statement only when the connection breaks.
  if (cause instanceof QueryRunnerAlreadyReleasedError) return new StorageUnavailable(cause);
  if (isAnswer(cause)) {
    const refused = new StatementRefused(cause.message, cause.code, cause.constraint);
    if (sessionEnded.test(cause.code)) return new StorageUnavailable(refused);
    return rowAtFault.test(cause.code) ? refused : new StorageUnavailable(refused, { fault: 'refusing' });
  }
  return hasLostConnection(cause) ? new StorageUnavailable(cause) : cause;
}

/** What a store throws where no connection could be made: whatever the fault, it is never the statement's. */
export function connectionFailure(error: unknown): StorageUnavailable {
  const failure = storageFailure(error);
  return failure instanceof StorageUnavailable ? failure : new StorageUnavailable(failure);
}

/** True for the driver's error of a statement that it never sent. */
export function wasNeverSent(error: unknown): boolean {
  return isErrorLike(error) && unsentMessages.some((message) => error.message.startsWith(message));
}

/** The SQLSTATE that the server answered; null where the connection broke, or the driver failed. */
export function sqlStateOf(error: unknown): string | null {
  if (error instanceof StorageUnavailable) return sqlStateOf(error.cause);
  if (error instanceof StatementRefused) return error.code;
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : error;
  return isAnswer(cause) ? cause.code : null;
}

/** True where the server answered by ending the session: whether a COMMIT took effect is not known then. */
export function endedTheSession(error: unknown): boolean {
  return sessionEnded.test(sqlStateOf(error) ?? '');
}

/** Whether what was refused is to be tried again at once, a few times at the most. */
export function isWorthAnotherTry(error: unknown): boolean {
  return triedAgainAtOnce.test(sqlStateOf(error) ?? '');
}

/** Whether the connection is to be closed, so that the pool makes a new one: to the primary of now, with a clean session. */
export function spoilsConnection(error: unknown): boolean {
  const code = sqlStateOf(error);
  if (code === null) return storageFailure(error) instanceof StorageUnavailable;
  return !rowAtFault.test(code) && !connectionIsFine.test(code);
}

function hasLostConnection(error: unknown): boolean {
  if (!isErrorLike(error)) return false;
  const { code, syscall } = error;
  // A unix socket that is not there.
  if (code === 'ENOENT') return syscall === 'connect';
  if (code !== undefined) return networkFailures.has(code);
  return driverMessages.some((message) => error.message.startsWith(message));
}

/** An answer of the server: the driver gives it the fields of the protocol. */
function isAnswer(error: unknown): error is Error & { code: string; constraint?: string } {
  return isErrorLike(error) && /^[0-9A-Z]{5}$/.test(error.code ?? '') && 'severity' in error;
}

/** Not `instanceof`: Node's own errors are of another realm where this code runs in a VM context. */
function isErrorLike(error: unknown): error is NodeJS.ErrnoException {
  return typeof error === 'object' && error !== null && 'message' in error;
}
