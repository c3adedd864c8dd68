/** What nodemailer knows of a send that failed, and how it is put to a person. */
export interface SmtpFailure {
  /** The last reply, with its code, one line or more; absent where none came. */
  readonly response?: string | undefined;
  readonly responseCode?: number | undefined;
  /** The command that was answered, or `CONN`. */
  readonly command?: string | undefined;
  /** nodemailer's name for the kind of fault, such as `ETLS`. */
  readonly code?: string | undefined;
  /** The system's or OpenSSL's name for it, such as `ECONNREFUSED`. */
  readonly originalCode?: string | undefined;
  /** Which time ran out. */
  readonly timeoutType?: string | undefined;
  readonly cause?: unknown;
  /** The message was on its way to the server, so that the server may have taken it although it did not say so. */
  readonly mayBeTaken?: boolean | undefined;
  /** How long the mail waited for a connection of ours to be free, in milliseconds. */
  readonly waitedMs?: number | undefined;
}

/** What certificates that are not to be trusted are called by OpenSSL. */
const untrusted: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate authority is not trusted here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate authority is not trusted here',
  UNABLE_TO_GET_ISSUER_CERT: 'its certificate authority is not trusted here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate authority is not trusted here',
  CERT_HAS_EXPIRED: 'it has expired',
  CERT_NOT_YET_VALID: 'it is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'it is for another name',
};

const unknownAuthority = /^its certificate authority|self-signed$/;

const connecting: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens on its port',
  ENOTFOUND: 'its name does not exist',
  EAI_AGAIN: 'its name could not be looked up',
  EHOSTUNREACH: 'there is no route to it',
  ENETUNREACH: 'there is no route to it',
  ETIMEDOUT: 'it does not answer',
  ECONNRESET: 'it closed the connection',
  EPIPE: 'it closed the connection',
};

const timeouts: Readonly<Record<string, string>> = {
  GREETING_TIMEOUT: 'it accepts the connection but says nothing',
  CONNECT_TIMEOUT: 'it does not answer',
  SOCKET_TIMEOUT: 'it stopped answering',
  UPGRADE_TIMEOUT: 'it did not finish the TLS handshake',
};

/**
 * Why no reply came, for a person: what happened and, where an operator can do something, what. Customers read it too,
 * so neither the server's name nor its address is in it.
 */
export function describeSilence(failure: SmtpFailure): string {
  const taken = failure.mayBeTaken === true ? ' It may already have accepted the mail.' : '';
  return `${sentence(failure)}${taken}`;
}

function sentence({ code, originalCode, timeoutType, cause }: SmtpFailure): string {
  // Given up by ourselves, for a reason that is a sentence.
  if (typeof cause === 'string') return cause;
  const certificate = untrusted[originalCode ?? ''];
  if (certificate !== undefined) {
    const advice = unknownAuthority.test(certificate)
      ? ' The operator can set SMTP_CA_FILE to a file with the certificate of that authority.'
      : '';
    return `The mail server's certificate cannot be trusted: ${certificate}.${advice}`;
  }
  const why = timeouts[timeoutType ?? ''] ?? connecting[originalCode ?? ''] ?? connecting[code ?? ''];
  if (why !== undefined) return `The mail server can't be used right now: ${why}.`;
  if (code === 'ETLS') return "The mail server's TLS does not work.";
  if (code === 'ECONNECTION') return 'The mail server ended the connection.';
  return `The mail server can't be used right now (${originalCode ?? code ?? 'unknown fault'}).`;
}
