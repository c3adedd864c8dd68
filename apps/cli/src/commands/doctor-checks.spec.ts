import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfiguration } from '@belfry/configuration';
import { checkDisk, checkMail, checkNode, checkPublicUrl, judgeDisk } from './doctor-checks.js';
import { judgeClock, judgeConnections, judgeMigrations } from './doctor-database.js';

test.each([
  [0, 'ok'],
  [5_000, 'ok'],
  [-5_000, 'ok'],
  [5_001, 'wrong'],
  [-5_001, 'wrong'],
])('a database whose clock is ahead by %s ms is %s', (aheadMs, state) => {
  expect(judgeClock(aheadMs).state).toBe(state);
});

test.each([
  [[], [], 'ok'],
  [['Portal'], [], 'wrong'],
  [[], ['FromTheFuture'], 'warning'],
  [['Portal'], ['FromTheFuture'], 'wrong'],
])(
  'a database that misses the migrations %j and has the unknown ones %j is %s',
  (missing, unknown, state) => {
    const judged = judgeMigrations({ missingMigrations: missing, unknownMigrations: unknown });
    expect(judged.state).toBe(state);
    expect(judged.found).toContain([...missing, ...(missing.length > 0 ? [] : unknown)].join(', '));
  },
);

test.each([
  [89, 'ok'],
  [90, 'warning'],
])('a server of 97 connections with %s in use is %s for one more process of 8', (used, state) => {
  expect(judgeConnections({ most: 97, used }, 8).state).toBe(state);
});

test.each([
  [103, 'wrong'],
  [104, 'warning'],
  [1023, 'warning'],
  [1024, 'ok'],
  [Infinity, 'ok'],
])('a disk with %s MiB free is %s for a database that needs 104', (free, state) => {
  expect(judgeDisk({ free, least: 104 }, '.belfry').state).toBe(state);
});

test('the disk is looked at where the folder is still to be made, and not at all for a database server', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'belfry-disk-'));
  const DATA_DIR = join(folder, 'not', 'made');
  const [finding] = await checkDisk(readConfiguration({ DATA_DIR }));
  expect(finding).toMatchObject({ check: 'disk', found: expect.stringMatching(/^\d+ MiB free/) as string });
  await rm(folder, { recursive: true });
  const onServer = readConfiguration({ DATABASE_URL: 'postgres://127.0.0.1/belfry', DATA_DIR });
  expect(await checkDisk(onServer)).toEqual([]);
});

test.each([
  ['18.20.4', 'wrong'],
  ['20.18.3', 'wrong'],
  ['20.19.0', 'ok'],
  ['22.1.0', 'ok'],
])('Node.js %s is %s', (version, state) => {
  expect(checkNode(version).state).toBe(state);
});

test('no mail server is right in development, and a warning in production', async () => {
  expect(await checkMail(readConfiguration({}))).toMatchObject([{ state: 'ok' }]);
  expect(await checkMail(readConfiguration({ NODE_ENV: 'production' }))).toMatchObject([
    { state: 'warning', advice: 'set SMTP_URL' },
  ]);
});

test('a mail server is greeted and left, and no mail is sent', async () => {
  const said: string[] = [];
  const server = createTcpServer((socket) => {
    socket.write('220 mail.example.com ESMTP\r\n');
    socket.setEncoding('utf8').on('data', (text: string) => {
      said.push(...text.trim().split('\r\n'));
      socket.write(text.startsWith('QUIT') ? '221 bye\r\n' : '250 mail.example.com\r\n');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const configuration = readConfiguration({
    NODE_ENV: 'production',
    PUBLIC_URL: 'https://notify.example.com',
    SMTP_URL: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    MAIL_FROM: 'belfry@example.com',
  });
  expect(await checkMail(configuration)).toMatchObject([
    { check: 'mail server', state: 'ok', found: 'reachable' },
    { check: 'mail sender', state: 'ok' },
  ]);
  expect(said[0]).toBe('EHLO notify.example.com');
  expect(said.filter((line) => /^(MAIL|RCPT|DATA)/.test(line))).toEqual([]);
  await new Promise((resolve) => server.close(resolve));
  const [away] = await checkMail(configuration);
  expect(away).toMatchObject({ check: 'mail server', state: 'wrong' });
});

const servedAt = (url: string) => readConfiguration({ PUBLIC_URL: url });

test('the public URL leads to this service, or to another one', async () => {
  let body = '{"status":"ok"}';
  const server = createServer((request, response) => {
    response.writeHead(request.url === '/health/live' ? 200 : 404).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const publicUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect(await checkPublicUrl(servedAt(publicUrl))).toMatchObject([{ state: 'ok' }]);
  expect(await checkPublicUrl(servedAt(`${publicUrl}/below`))).toMatchObject([
    { state: 'wrong', found: expect.stringContaining('404') as string },
  ]);
  body = 'welcome';
  expect(await checkPublicUrl(servedAt(publicUrl))).toMatchObject([{ state: 'wrong' }]);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test('where nothing listens at the public URL, most likely no process runs', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const publicUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise((resolve) => server.close(resolve));
  expect(await checkPublicUrl(servedAt(publicUrl))).toMatchObject([
    { state: 'warning', advice: expect.stringContaining('start the API') as string },
  ]);
});
