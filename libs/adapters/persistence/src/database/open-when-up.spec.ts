import { StorageUnavailable } from '@belfry/application';
import { createServer, type AddressInfo } from 'node:net';
import { createEmptyDatabase } from '@belfry/kit/databases';
import { openDatabase } from './open-database.js';
import { openWhenUp } from './open-when-up.js';
import { StatementRefused } from './storage-failure.js';

/** A server that answers every connection by an error of the protocol. */
async function serverThatAnswers(
  code: string,
): Promise<{ url: string; asked: () => number; close: () => void }> {
  let asked = 0;
  const fields = `SFATAL\0VFATAL\0C${code}\0Mnicht jetzt\0\0`;
  const answer = Buffer.concat([Buffer.from('E'), Buffer.alloc(4), Buffer.from(fields)]);
  answer.writeInt32BE(answer.length - 1, 1);
  const server = createServer((socket) => {
    socket
      .on('error', () => undefined)
      .once('data', () => {
        asked += 1;
        socket.end(answer);
      });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `postgres://belfry:s3cret@127.0.0.1:${port}/belfry`,
    asked: () => asked,
    close: () => server.close(),
  };
}

const open = (url: string) => () => openDatabase({ databaseUrl: url }, () => undefined);

it('a server that is still starting is waited for, and each try says why it failed', async () => {
  const server = await serverThatAnswers('57P03');
  const said: string[] = [];
  await expect(openWhenUp(open(server.url), (line) => said.push(line), 1)).rejects.toBeInstanceOf(
    StorageUnavailable,
  );
  expect(server.asked()).toBe(5);
  expect(said).toHaveLength(4);
  expect(said[0]).toMatch(/^the database can't be reached: .*57P03.*\(1 of 5 tries\)$/);
  server.close();
});

it.each(['28P01', '28000', '3D000'])('what a person must mend (%s) is said at once', async (code) => {
  const server = await serverThatAnswers(code);
  const said: string[] = [];
  const failure = await openWhenUp(open(server.url), (line) => said.push(line), 1).catch(
    (error: unknown) => error,
  );
  expect(server.asked()).toBe(1);
  expect(said).toEqual([]);
  expect(String(failure)).toContain(code);
  if (code !== '3D000') expect(String(failure)).toContain('Check the user and the password in DATABASE_URL');
  expect(String(failure)).not.toContain('s3cret');
  server.close();
});

it('with sslmode in the URL, a failure to connect names it', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  const failure = await open(`postgres://u:p@127.0.0.1:${port}/d?sslmode=prefer`)().catch(
    (error: unknown) => error,
  );
  expect(String(failure)).toMatch(
    /ECONNREFUSED.*\(sslmode=prefer in DATABASE_URL: the connection must use TLS/,
  );
});

it('what was opened is answered, and what is not the database’s is not tried again', async () => {
  const { url, drop } = await createEmptyDatabase();
  const dataSource = await openWhenUp(open(url), () => undefined, 1);
  await dataSource.destroy();
  await drop();
  let tries = 0;
  const refused = openWhenUp(
    () => ((tries += 1), Promise.reject(new StatementRefused('no', '23505', undefined))),
    () => undefined,
    1,
  );
  await expect(refused).rejects.toBeInstanceOf(StatementRefused);
  expect(tries).toBe(1);
});
