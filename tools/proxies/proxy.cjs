/** Starts the proxies of docs/operations/reverse-proxy.md with the very blocks that stand there. */
const { spawn } = require('node:child_process');
const { once } = require('node:events');
const { existsSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { connect, createServer } = require('node:net');
const { join, resolve } = require('node:path');

const page = readFileSync(resolve(__dirname, '../../docs/operations/reverse-proxy.md'), 'utf8');

/** The first block in this language below the heading, which is given as it stands in the page. */
exports.blockOf = function blockOf(heading, language) {
  const [, section] = page.split(`\n${heading}\n`);
  const block = section && new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\``, 'm').exec(section);
  if (!block) throw new Error(`the page has no block of ${language} below "${heading}"`);
  return block[1];
};

/** Replaces what is of the machine: fails where the page no longer says it so. */
exports.adapted = function adapted(block, replacements) {
  return replacements.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`the page's block has no "${from}"`);
    return text.replaceAll(from, to);
  }, block);
};

/** Where the program is; undefined where it is not installed. */
exports.programOf = (name) =>
  ['/usr/sbin', '/usr/bin', '/usr/local/bin', ...(process.env.PATH ?? '').split(':')]
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));

/** nginx' configuration around what stands in its `http` block. */
exports.nginxAround = function nginxAround(folder, http) {
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
};

exports.freePort = async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
};

/**
 * Starts the program in its folder and waits until it listens on the port. Answers how to stop it, which removes the
 * folder.
 */
exports.startProxy = async function startProxy(program, folder, port, { file, text, args }) {
  writeFileSync(join(folder, file), text);
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { HOME: folder, PATH: process.env.PATH },
  });
  let said = '';
  child.stderr.on('data', (chunk) => (said += String(chunk)));
  child.stdout.resume();
  while (!(await isOpen(port))) {
    if (child.exitCode !== null) throw new Error(`${program} ended: ${said}`);
    await new Promise((wait) => setTimeout(wait, 20));
  }
  return {
    stop: async () => {
      if (child.exitCode === null) {
        const ended = once(child, 'exit');
        child.kill('SIGTERM');
        await ended;
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

function isOpen(port) {
  return new Promise((answer) => {
    const socket = connect(port, '127.0.0.1');
    socket
      .once('error', () => answer(false))
      .once('connect', () => {
        socket.destroy();
        answer(true);
      });
  });
}
