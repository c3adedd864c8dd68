/**
 * A built Belfry process under a supervisor that starts it again at once, as systemd or Kubernetes would. It remembers
 * what only a supervisor sees: how long the process took to be ready again, and whether it ever ended by itself.
 */
import { BelfryProcess } from '@belfry/kit/belfry-process';
import { end, hasEnded } from '@belfry/kit/child-processes';
import { waitFor } from '@belfry/kit/waiting';
import { createWriteStream } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** The pause before a process that ended by itself is started again, so that one that can't start does not spin. */
const restartPauseMs = 250;
/** A start takes a second or two; this is for a machine that is busy with something else. */
const startsWithinMs = 120_000;

/** A supervised process. */
export class SupervisedBelfry {
  /** Kill to ready again, in milliseconds. */
  readyAfterMs = [];
  kills = 0;
  /** Ends of the process that nobody asked for after it had been ready: Belfry is to live through every fault. */
  ownEnds = [];
  /** Ends before it was ready: what a process does whose database is away when it starts. */
  failedStarts = 0;

  #mainFile;
  #environment;
  #log;
  /** @type {import('node:child_process').ChildProcess | null} */
  #child = null;
  #isReady = false;
  #isSupervised = false;
  /** @type {number | null} */
  #killedAt = null;

  /**
   * @param {{ role: 'api' | 'worker' | 'all', mainFile: string, environment: import('@belfry/kit/belfry-process').Environment, logFile: string }}
   *   settings
   */
  constructor({ role, mainFile, environment, logFile }) {
    this.role = role;
    this.#mainFile = mainFile;
    this.#environment = { LOG_LEVEL: 'warn', ...environment, ROLE: role };
    this.#log = createWriteStream(logFile, { flags: 'a' });
  }

  get isReady() {
    return this.#isReady;
  }

  /** The process's id, as long as there is one. */
  get pid() {
    return this.#child?.pid;
  }

  /** Starts the process, and starts it again whenever it ends. */
  supervise() {
    this.#isSupervised = true;
    this.#isReady = false;
    const belfry = BelfryProcess.spawn(this.#environment, { mainFile: this.#mainFile });
    const { child } = belfry;
    this.#child = child;
    child.stderr?.pipe(this.#log, { end: false });
    child.stdout?.on('data', () => {
      if (!this.#isReady && !child.killed && belfry.output.includes('Belfry is ready at'))
        this.#becomeReady();
    });
    child.once('exit', (code, signal) => void this.#ended(code, signal));
  }

  /** Waits until the process is ready; throws after two minutes. */
  async ready() {
    await this.#until(() => this.#isReady);
  }

  /** Waits until there is a process, ready or not, that was not killed yet. */
  async running() {
    await this.#until(() => !this.#isGone && this.#child?.killed === false);
  }

  /** Ends the process as a crash does (SIGKILL). */
  kill() {
    this.kills += 1;
    this.#killedAt ??= performance.now();
    this.#isReady = false;
    this.#child?.kill('SIGKILL');
  }

  /** Ends the process in order (SIGTERM) for good; answers its exit code, null where it had to be killed. */
  async stop() {
    this.#isSupervised = false;
    return this.#isGone || this.#child === null ? null : end(this.#child);
  }

  /** Ends the process where nothing can be waited for. */
  abandon() {
    this.#isSupervised = false;
    this.#child?.kill('SIGKILL');
  }

  get #isGone() {
    return this.#child === null || hasEnded(this.#child);
  }

  async #until(isSo) {
    const what = `a process with ROLE=${this.role}`;
    await waitFor(isSo, { what, withinMs: startsWithinMs, everyMs: 20 });
  }

  #becomeReady() {
    this.#isReady = true;
    if (this.#killedAt !== null) this.readyAfterMs.push(performance.now() - this.#killedAt);
    this.#killedAt = null;
  }

  async #ended(code, signal) {
    const wasReady = this.#isReady;
    this.#isReady = false;
    if (!this.#isSupervised) return;
    if (signal !== 'SIGKILL') {
      if (wasReady) this.ownEnds.push(`ROLE=${this.role} ended by itself: ${signal ?? `exit code ${code}`}`);
      else this.failedStarts += 1;
      await pause(restartPauseMs);
    }
    if (this.#isSupervised) this.supervise();
  }
}
