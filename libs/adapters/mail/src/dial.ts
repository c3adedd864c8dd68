import { connect, type Socket } from 'node:net';

/** How long one address of several may take before the next is tried as well: a dead one costs no more than that. */
const perAddressMs = 2_000;

/**
 * Opens a TCP connection; an error where there is none within `timeoutMs`. nodemailer has one time for this and for the
 * greeting, which may take minutes: a server that isn't there should be known much sooner.
 */
export function dial(host: string, port: number, timeoutMs: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      host,
      port,
      autoSelectFamily: true,
      autoSelectFamilyAttemptTimeout: Math.max(10, Math.min(perAddressMs, Math.floor(timeoutMs / 2))),
    });
    const timer = setTimeout(
      () => socket.destroy(Object.assign(new Error('no connection in time'), { code: 'ETIMEDOUT' })),
      timeoutMs,
    );
    const settle = () => {
      clearTimeout(timer);
      socket.off('error', fail).off('connect', succeed);
    };
    const fail = (error: Error) => {
      settle();
      reject(error);
    };
    const succeed = () => {
      settle();
      resolve(socket);
    };
    socket.once('error', fail).once('connect', succeed);
  });
}
