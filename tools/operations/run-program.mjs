import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Runs a program to its end and answers what it wrote to standard output. Throws where it fails.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {Record<string, string>} [environment]
 */
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
