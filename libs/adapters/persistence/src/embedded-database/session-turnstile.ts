/**
 * PGlite has one session. pglite-socket lets several connections use it, message by message; but a query of the extended
 * protocol is five messages, so two connections' queries mix: one binds the other's statement, or is skipped over after
 * the other's error. This turnstile takes the place of pglite-socket's queue and lets one connection through at a time,
 * from the first message of a query to the ReadyForQuery that answers it, and as long as a transaction is open.
 *
 * Messages are kept back until the one that ends a query arrives, and then go through together. A connection that is
 * closed with a transaction open, or keeps one open without using it, has it rolled back.
 */

/** What a turnstile lets through to: PGlite's part that speaks the protocol. */
export interface ProtocolSession {
  execProtocolRawStream(message: Uint8Array, options: { onRawData(data: Uint8Array): void }): Promise<void>;
}

interface Passage {
  readonly connection: number;
  readonly messages: Uint8Array;
  readonly onData: (data: Uint8Array) => void;
  readonly resolve: (size: number) => void;
  readonly reject: (error: unknown) => void;
}

const code = (letter: string) => letter.charCodeAt(0);
const terminate = code('X');
/** Frontend messages that are answered only together with a later one (PostgreSQL, "Message Formats"). */
const keptBack = new Set(['P', 'B', 'D', 'E', 'C', 'd'].map(code));
const readyForQuery = Uint8Array.of(code('Z'), 0, 0, 0, 5);
const idle = code('I');

/** Ends whatever a connection has left open: a query without its Sync, and a transaction. */
const endOfConnection = Buffer.concat([Buffer.from('S\0\0\0\x04', 'latin1'), query('ROLLBACK')]);

/** Has the methods by which pglite-socket's connections use their queue; connections are known by number. */
export class SessionTurnstile {
  private readonly unfinished = new Map<number, Uint8Array[]>();
  private waiting: Passage[] = [];
  private passing: number | null = null;
  private holder: number | null = null;
  private holderTimer: NodeJS.Timeout | undefined;

  constructor(
    private readonly session: ProtocolSession,
    /** How long a connection may keep a transaction open without using it, in milliseconds. */
    private readonly idleInTransactionMs: number,
    /** Told of the connection that was idle for too long; it is to be closed. */
    private readonly onIdleInTransaction: (connection: number) => void,
    /** Says what the session is to run before a query of so many bytes, outside of any transaction. */
    private readonly upkeep: (bytes: number) => readonly string[] = () => [],
  ) {}

  /** Takes one message; resolves, with the size of the answer, once the connection may send the next. */
  async enqueue(
    connection: number,
    message: Uint8Array,
    onData: (data: Uint8Array) => void,
  ): Promise<number> {
    if (message[0] === terminate) return 0;
    const messages = this.unfinished.get(connection) ?? [];
    messages.push(message);
    if (keptBack.has(message[0]!)) {
      this.unfinished.set(connection, messages);
      return 0;
    }
    this.unfinished.delete(connection);
    return this.pass(connection, Buffer.concat(messages), onData);
  }

  /** Forgets what a connection had sent and what was not begun. */
  clearQueueForHandler(connection: number): void {
    this.unfinished.delete(connection);
    const dropped = this.waiting.filter((passage) => passage.connection === connection);
    this.waiting = this.waiting.filter((passage) => passage.connection !== connection);
    for (const passage of dropped) passage.reject(new Error('the connection was closed'));
  }

  /** Rolls back what a closed connection has left open, and lets the others through. */
  async clearTransactionIfNeeded(connection: number): Promise<void> {
    if (this.holder === connection || this.passing === connection) {
      await this.pass(connection, endOfConnection, () => undefined);
    }
  }

  private pass(
    connection: number,
    messages: Uint8Array,
    onData: (data: Uint8Array) => void,
  ): Promise<number> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ connection, messages, onData, resolve, reject });
      if (this.passing === null) void this.letThrough();
    });
  }

  private async letThrough(): Promise<void> {
    for (let passage = this.next(); passage !== undefined; passage = this.next()) {
      this.passing = passage.connection;
      clearTimeout(this.holderTimer);
      try {
        if (this.holder === null) await this.maintain(passage.messages.length);
        passage.resolve(await this.execute(passage));
      } catch (error) {
        // What state the session is in is not known: it is this connection's until that is closed, and rolled back.
        this.hold(passage.connection);
        passage.reject(error);
      }
      this.passing = null;
    }
  }

  /** What is refused is refused for the next query's reason too, whose own answer says it. */
  private async maintain(bytes: number): Promise<void> {
    for (const statement of this.upkeep(bytes))
      await this.session.execProtocolRawStream(query(statement), { onRawData: () => undefined });
  }

  private next(): Passage | undefined {
    const index = this.waiting.findIndex(
      ({ connection }) => this.holder === null || connection === this.holder,
    );
    return index === -1 ? undefined : this.waiting.splice(index, 1)[0];
  }

  private async execute({ connection, messages, onData }: Passage): Promise<number> {
    let size = 0;
    let end: Uint8Array = new Uint8Array(0);
    await this.session.execProtocolRawStream(messages, {
      onRawData: (data) => {
        size += data.length;
        end = Buffer.concat([end, data.subarray(-6)]).subarray(-6);
        onData(data);
      },
    });
    if (saysReadyAndIdle(end)) this.holder = null;
    else this.hold(connection);
    return size;
  }

  private hold(connection: number): void {
    this.holder = connection;
    this.holderTimer = setTimeout(() => this.onIdleInTransaction(connection), this.idleInTransactionMs);
    this.holderTimer.unref();
  }
}

/** The message of a simple query. */
function query(statement: string): Buffer {
  const head = Buffer.from('Q\0\0\0\0', 'latin1');
  const text = Buffer.from(`${statement}\0`);
  head.writeInt32BE(text.length + 4, 1);
  return Buffer.concat([head, text]);
}

/** Whether an answer ends with a ReadyForQuery outside of any transaction. */
function saysReadyAndIdle(end: Uint8Array): boolean {
  return end.length === 6 && readyForQuery.every((byte, index) => end[index] === byte) && end[5] === idle;
}
