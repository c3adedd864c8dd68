/** Starts the proxies of docs/operations/reverse-proxy.md with the very blocks that stand there. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { end, hasEnded, keepOutput } from './child-processes.ts';
import { isListening } from './ports.ts';
import { waitFor } from './waiting.ts';

const page = fileURLToPath(new URL('../../../docs/operations/reverse-proxy.md', import.meta.url));

/** How a proxy is run: its configuration's file, what stands in it, and the arguments of the program. */
export interface ProxySetup {
  readonly file: string;
  readonly text: string;
  readonly args: readonly string[];
}

/** A proxy that runs. */
export interface Proxy {
  stop(): Promise<void>;
}

/** The first block in this language below the heading, which is given as it stands in the page. */
export function blockOf(heading: string, language: string): string {
  const [, section = ''] = readFileSync(page, 'utf8').split(`\n${heading}\n`);
  const block = new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\``, 'm').exec(section)?.[1];
  if (block === undefined) throw new Error(`the page has no block of ${language} below "${heading}"`);
  return block;
}

/** Replaces what is of the machine: fails where the page no longer says it so. */
export function adapted(block: string, replacements: readonly (readonly [string, string])[]): string {
  return replacements.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`the page's block has no "${from}"`);
    return text.replaceAll(from, to);
  }, block);
}

/** Where the program is; undefined where it is not installed. */
export function programOf(name: string): string | undefined {
  return ['/usr/sbin', '/usr/bin', '/usr/local/bin', ...(process.env['PATH'] ?? '').split(':')]
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
}

/** nginx' configuration around what stands in its `http` block. */
export function nginxAround(folder: string, http: string): ProxySetup {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return {
    file: 'nginx.conf',
    text: `${process.getuid?.() === 0 ? 'user root; ' : ''}daemon off; pid ${folder}/nginx.pid; error_log stderr; events {}
http {
  access_log off;
  ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
  ${http}
}`,
    args: ['-e', 'stderr', '-p', folder, '-c', join(folder, 'nginx.conf')],
  };
}

/** Starts the program in its folder and waits until it listens on the port. To stop it removes the folder. */
export async function startProxy(
  program: string,
  folder: string,
  port: number,
  { file, text, args }: ProxySetup,
): Promise<Proxy> {
  writeFileSync(join(folder, file), text);
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { HOME: folder, PATH: process.env['PATH'] },
  });
  const output = keepOutput(child);
  await waitFor(
    () => {
      if (hasEnded(child)) throw new Error(`${program} ended: ${output()}`);
      return isListening(port);
    },
    { what: program },
  );
  return {
    stop: async () => {
      await end(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
