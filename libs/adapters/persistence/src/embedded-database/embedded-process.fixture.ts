import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

interface Message {
  readonly id?: number;
  readonly answer?: unknown;
  readonly error?: string;
  readonly committed?: number;
}

/** A process that uses the embedded database; see `database-user.fixture.mjs` for what it can be told. */
export class EmbeddedProcess {
  /** The last row that it says was committed. */
  committed = 0;
  private readonly child: ChildProcess;
  private readonly replies = new Map<number, (message: Message) => void>();
  private asked = 0;

  /** Its temporary directory is the given one. */
  constructor(temporary: string) {
    const built = join(__dirname, '../../dist/index.js');
    if (!existsSync(built))
      throw new Error('these tests use what is built: run npx nx build persistence first');
    this.child = fork(join(__dirname, 'database-user.fixture.mjs'), {
      execArgv: [],
      env: { ...process.env, TMPDIR: temporary },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.child.on('message', (message: Message) => {
      if (message.committed !== undefined) this.committed = message.committed;
      if (message.id !== undefined) this.replies.get(message.id)?.(message);
    });
  }

  /** Tells it to do something; answers what comes of it, and throws what it throws. */
  async tell<Answer = unknown>(action: string, input: Record<string, unknown> = {}): Promise<Answer> {
    const id = (this.asked += 1);
    const reply = new Promise<Message>((resolve) => this.replies.set(id, resolve));
    this.child.send({ id, action, input });
    const { answer, error } = await reply;
    if (error !== undefined) throw new Error(error);
    return answer as Answer;
  }

  statement<Row>(text: string, parameters: unknown[] = []): Promise<Row[]> {
    return this.tell<Row[]>('statement', { text, parameters });
  }

  /** Resolves, with its exit code, when it has ended of its own accord. */
  async ended(): Promise<number | null> {
    const [code] = (await once(this.child, 'exit')) as [number | null];
    return code;
  }

  /** Sends a signal and waits for the end; a stopped process is ended by SIGKILL alone. */
  async end(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill(signal);
    await ended;
  }
}
