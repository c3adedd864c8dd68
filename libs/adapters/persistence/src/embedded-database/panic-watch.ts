/**
 * A PANIC is the end of PGlite, and of its process. It reports the error and then, where a server would end its process,
 * does not return any more: the process would spin and answer nobody. So it ends while the report is being written, and
 * its supervisor starts it again. What was committed is there then; what was under way is decided by its lease.
 */
import { writeSync } from 'node:fs';
import type { ProtocolSession } from './session-turnstile.js';

/** EX_IOERR of sysexits.h: what PGlite panics about is its files. */
const exitPanic = 74;
/** The severity of an ErrorResponse, which no translation changes, and the field after it. No text of a row holds a zero. */
const panic = Buffer.from('\0VPANIC\0C', 'latin1');
const standardError = 2;

/** The session, which ends this process when it panics. */
export function endedByPanic(session: ProtocolSession): ProtocolSession {
  return {
    execProtocolRawStream: (message, options) => {
      let end: Uint8Array = new Uint8Array(0);
      return session.execProtocolRawStream(message, {
        onRawData: (data) => {
          if (holdsPanic(data) || holdsPanic(Buffer.concat([end, data.subarray(0, panic.length)])))
            endProcess(data);
          end = Buffer.concat([end, data.subarray(-panic.length)]).subarray(-panic.length);
          options.onRawData(data);
        },
      });
    },
  };
}

function holdsPanic(data: Uint8Array): boolean {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).includes(panic);
}

/** Nothing that waits is written any more: hence without a logger, and at once. */
function endProcess(data: Uint8Array): never {
  const [, reason = 'it gave no reason'] = /\0M([^\0]*)/.exec(Buffer.from(data).toString('utf8')) ?? [];
  writeSync(
    standardError,
    `The embedded database can't continue, so this process is stopping: ${reason}. Free up space on its disk, make sure that it is writable, then start again\n`,
  );
  process.exit(exitPanic);
}
