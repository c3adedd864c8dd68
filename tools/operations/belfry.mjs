/** Built processes of Belfry, of this checkout or of an older one, with their logs kept in memory to be judged. */
import { freePort } from '@belfry/kit/ports';
import { pause } from '@belfry/kit/waiting';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const readyWithinMs = 60_000;

/** A running process. */
export class Belfry {
  #child;
  #log = '';

  /**
   * Starts a process, and answers once it is ready. Throws, with what it said, where it ends before.
   * @param {string} checkout the folder of a built checkout
   * @param {Record<string, string>} environment
   */
  static async start(checkout, environment) {
    const belfry = new Belfry();
    const port = await freePort();
    belfry.url = `http://127.0.0.1:${port}`;
    belfry.#child = spawn(process.execPath, [join(checkout, 'apps/api/dist/main.js')], {
      env: { PATH: process.env.PATH, NODE_ENV: 'production', PORT: String(port), ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [belfry.#child.stdout, belfry.#child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (belfry.#log += text));
    for (const end = Date.now() + readyWithinMs; Date.now() < end; await pause(50)) {
      if (belfry.#child.exitCode !== null || belfry.#child.signalCode !== null)
        throw new Error(`a process ended before it was ready:\n${belfry.#log}`);
      const answer = await fetch(`${belfry.url}/health/ready`).catch(() => null);
      if (answer?.status === 200) return belfry;
    }
    throw new Error(`a process was not ready in time:\n${belfry.#log}`);
  }

  /** Ends it; answers its exit code, null where it was killed. */
  async stop(signal = 'SIGTERM') {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return this.#child.exitCode;
    const ended = once(this.#child, 'exit');
    this.#child.kill(signal);
    const [code] = await ended;
    return code;
  }

  /** What it logged as an error. */
  get errors() {
    return this.#log.split('\n').filter((line) => /^\{"level":[56]0/.test(line));
  }
}

/** Runs a program to its end and answers what it wrote to standard output. Throws where it fails. */
export async function run(program, args, environment = {}) {
  const child = spawn(program, args, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (err += text));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${program} ${args[0]} ended with ${code}: ${err}`);
  return out;
}
