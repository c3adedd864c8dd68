/**
 * The processes that a run starts. Each ends with it, however it ends: on an orderly end and on Ctrl-C by `endAll`, and
 * where this process is killed, by the kernel (Linux) or because its channel closes.
 */
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';

const started = new Set();
const bound = process.platform === 'linux' ? ['setpriv', '--pdeathsig', 'KILL'] : [];

function note(child) {
  started.add(child);
  child.once('exit', () => started.delete(child));
  return child;
}

/** Starts a program; answers its process once its output matches `ready`, with the match. Throws where it ends before. */
export async function startProgram(command, parameters, { env, cwd, ready, withinMs = 60_000 }) {
  const [file, ...all] = [...bound, command, ...parameters];
  const child = note(spawn(file, all, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] }));
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text) => (output = (output + text).slice(-20_000)));
  child.said = () => output;
  const end = Date.now() + withinMs;
  while (!ready.test(output)) {
    if (hasEnded(child)) throw new Error(`${command} ${parameters.join(' ')} ended:\n${output}`);
    if (Date.now() > end) throw new Error(`${command} ${parameters.join(' ')} is not ready:\n${output}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return { child, match: ready.exec(output) };
}

/**
 * Starts one of the benchmark's own parts, which is asked one question after the other and answers each. The first message says that it is ready.
 * Returns its process, that first answer, and `ask`.
 */
export async function startPart(file, parameters = []) {
  const child = note(
    fork(new URL(file, import.meta.url), parameters, { serialization: 'advanced', execArgv: [] }),
  );
  // Answers come in the order of the questions, as a part takes one at a time.
  const waiting = [];
  child.on('message', (answer) => {
    const { resolve, reject } = waiting.shift();
    if (answer.error === undefined) resolve(answer);
    else reject(new Error(`${file}: ${answer.error}`));
  });
  child.once('exit', (code, signal) => {
    for (const { reject } of waiting) reject(new Error(`${file} ended (${code ?? signal})`));
  });
  const answered = () => new Promise((resolve, reject) => waiting.push({ resolve, reject }));
  const first = await answered();
  const ask = (question) => {
    const coming = answered();
    child.send(question);
    return coming;
  };
  return { child, first, ask };
}

/** Ends a process: asks it to, and after some seconds makes it. */
export async function end(child, patienceMs = 10_000) {
  if (hasEnded(child)) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const impatience = setTimeout(() => child.kill('SIGKILL'), patienceMs);
  await ended;
  clearTimeout(impatience);
}

/** Ends everything that is still running, at once. */
export async function endAll() {
  await Promise.all([...started].map((child) => end(child, 0)));
}

function hasEnded(child) {
  return child.exitCode !== null || child.signalCode !== null;
}
