import { StorageUnavailable } from '@belfry/application';
import { setTimeout as pause } from 'node:timers/promises';
import { sqlStateOf } from './storage-failure.js';

/** A server that is still starting is waited for: five tries, two seconds apart. */
const tries = { most: 5, everyMs: 2_000 };

/** Log-in refused, no such database, a setting that can't be: only a person can mend it. */
const forAPerson = /^(28|3D|22|42)/;

/**
 * Opens a database, and tries again where it does not serve yet. `say` hears why each try failed that is not the last. What
 * only a person can mend is thrown at once.
 */
export async function openWhenUp<Opened>(
  open: () => Promise<Opened>,
  say: (line: string) => void,
  everyMs = tries.everyMs,
): Promise<Opened> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await open();
    } catch (error) {
      if (!(error instanceof StorageUnavailable) || !mayPass(error) || tried === tries.most) throw error;
      say(`${error.message}. Trying again in ${everyMs / 1000} s (${tried} of ${tries.most} tries)`);
      await pause(everyMs);
    }
  }
}

function mayPass(error: StorageUnavailable): boolean {
  const code = sqlStateOf(error);
  if (code !== null) return !forAPerson.test(code);
  // A certificate that is refused, or a server without TLS, has another code, or none.
  const { code: network, message } = error.cause as NodeJS.ErrnoException;
  return network === undefined ? /^(Connection terminated|timeout)/.test(message) : /^E[A-Z]+$/.test(network);
}
