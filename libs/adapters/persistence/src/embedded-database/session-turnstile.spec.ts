import { SessionTurnstile, type ProtocolSession } from './session-turnstile.js';

/** The message of a simple query, as a client sends it. */
function query(text: string): Uint8Array {
  const body = Buffer.from(`${text}\0`);
  const head = Buffer.from('Q\0\0\0\0', 'latin1');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

/** A session that follows transactions, and fails where it is told to. */
class Session implements ProtocolSession {
  readonly ran: string[] = [];
  private isOpen = false;

  execProtocolRawStream(
    message: Uint8Array,
    { onRawData }: { onRawData(data: Uint8Array): void },
  ): Promise<void> {
    const text = Buffer.from(message).toString('latin1');
    const ran = ['BEGIN', 'COMMIT', 'ROLLBACK', 'SELECT', 'FAULT'].find((word) => text.includes(word))!;
    this.ran.push(ran);
    if (ran === 'FAULT') return Promise.reject(new Error('a fault'));
    this.isOpen = ran === 'BEGIN' || (this.isOpen && ran === 'SELECT');
    onRawData(Buffer.from(`Z\0\0\0\x05${this.isOpen ? 'T' : 'I'}`, 'latin1'));
    return Promise.resolve();
  }
}

const idleMs = 30_000;
let session: Session;
let turnstile: SessionTurnstile;
let idle: number[];
beforeEach(() => {
  jest.useFakeTimers();
  session = new Session();
  idle = [];
  turnstile = new SessionTurnstile(session, idleMs, (connection) => idle.push(connection));
});
afterEach(() => jest.useRealTimers());

const send = (connection: number, text: string) =>
  turnstile.enqueue(connection, query(text), () => undefined);
/** Lets through what can go. */
const settle = async () => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

it('a connection that keeps a transaction open and does not use it is told of once its time is over', async () => {
  await send(1, 'BEGIN');
  jest.advanceTimersByTime(idleMs - 1);
  expect(idle).toEqual([]);
  jest.advanceTimersByTime(1);
  expect(idle).toEqual([1]);
});

it('a transaction that has ended is not counted against its connection, nor is the time before its last use', async () => {
  await send(1, 'BEGIN');
  jest.advanceTimersByTime(idleMs - 1);
  await send(1, 'SELECT');
  jest.advanceTimersByTime(idleMs - 1);
  await send(1, 'COMMIT');
  jest.advanceTimersByTime(10 * idleMs);
  await send(2, 'BEGIN');
  jest.advanceTimersByTime(idleMs - 1);
  expect(idle).toEqual([]);
});

it('others wait while a transaction is open', async () => {
  await send(1, 'BEGIN');
  const other = send(2, 'SELECT');
  await settle();
  await send(1, 'COMMIT');
  await other;
  expect(session.ran).toEqual(['BEGIN', 'COMMIT', 'SELECT']);
});

it('after a fault the others wait until the connection is closed, and what it had open is rolled back', async () => {
  await send(1, 'BEGIN');
  await expect(send(1, 'FAULT')).rejects.toThrow('a fault');
  const other = send(2, 'SELECT');
  await settle();
  expect(session.ran).toEqual(['BEGIN', 'FAULT']);
  await turnstile.clearTransactionIfNeeded(1);
  await other;
  expect(session.ran).toEqual(['BEGIN', 'FAULT', 'ROLLBACK', 'SELECT']);
});

it('after a fault outside of any transaction, too', async () => {
  await expect(send(1, 'FAULT')).rejects.toThrow('a fault');
  const other = send(2, 'SELECT');
  await settle();
  expect(session.ran).toEqual(['FAULT']);
  await turnstile.clearTransactionIfNeeded(1);
  await other;
  expect(session.ran).toEqual(['FAULT', 'ROLLBACK', 'SELECT']);
});
