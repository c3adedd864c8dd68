import { BelfryProcess } from '@belfry/kit/belfry-process';
import { waitFor } from '@belfry/kit/waiting';
import { createServer, type AddressInfo } from 'node:net';

it('a port that is taken is found out before anything else is done, is said once, and what to do', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as AddressInfo;
  const server = BelfryProcess.spawn({
    PORT: String(port),
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing',
  });
  await waitFor(() => server.child.exitCode !== null);
  expect(server.child.exitCode).toBe(1);
  expect(server.output).toBe(
    `Belfry could not start: port ${port} is already in use. Choose another one: PORT=${port + 1} npm start\n`,
  );
  await server.remove();
  other.close();
});
