/**
 * The service on the embedded database, on a disk that gets full. Where nothing can be mounted, this says so and checks
 * nothing.
 */
import { failedRun, webhooksOfFailedRuns } from '@belfry/kit/sample-events';
import { BelfryProcess } from '@belfry/kit/belfry-process';
import { key } from '@belfry/kit/rest-client';
import { expectProblem } from '@belfry/kit/expect-problem';
import { Endpoint, receive } from '@belfry/kit/endpoint';
import { waitFor } from '@belfry/kit/waiting';
import { smallDisk, type SmallDisk } from '@belfry/kit/small-disk';

let disk: SmallDisk | null;
let endpoint: Endpoint;
let server: BelfryProcess | undefined;
beforeAll(async () => {
  disk = await smallDisk(200);
  endpoint = await Endpoint.start();
});
afterAll(async () => {
  await server?.end();
  await disk?.remove();
  await endpoint.stop();
});

jest.setTimeout(120_000);

const start = (folder: string) => BelfryProcess.start({ DATA_DIR: folder, BOOTSTRAP_API_KEY: key });
const event = (runId: number) => failedRun(42, runId);
const publish = async (runId: number) => server!.post('/v1/events', event(runId));
const status = async (path: string) => (await server!.get(path, { authorization: undefined })).status;
const webhooks = async () => {
  const path = '/v1/accounts/42/deliveries?channel=webhook&limit=100';
  const { deliveries } = (await server!.get(path)).body as { deliveries: { status: string }[] };
  return deliveries.map((webhook) => webhook.status);
};

describe('on a disk that gets full', () => {
  it('publishers are asked to come back, it is alive and not ready, and what was sent is recorded when there is room', async () => {
    if (disk === null) return;
    server = await start(disk.folder);
    await server.makeAccount(42, webhooksOfFailedRuns(endpoint));
    let answer: () => void = () => undefined;
    endpoint.behaviour = (request, socket) => (answer = () => receive(request, socket));
    expect((await publish(1)).status).toBe(202);
    await waitFor(() => endpoint.requests.length === 1);
    await disk.fill(0);
    await waitFor(async () => (await status('/health/ready')) === 503);
    answer();
    const refused = await publish(2);
    expectProblem(refused, 503, 'storage-unavailable');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await status('/health/live')).toBe(200);
    // What only reads is answered; the outcome waits in memory.
    expect(await webhooks()).toEqual(['sending']);
    await disk.makeRoom();
    endpoint.behaviour = receive;
    await waitFor(async () => (await status('/health/ready')) === 200);
    await waitFor(async () => (await webhooks())[0] === 'succeeded');
    expect((await publish(3)).status).toBe(202);
    await waitFor(async () => (await webhooks()).join() === 'succeeded,succeeded');
    expect(endpoint.requests).toHaveLength(2);
    expect(server.output).toContain('nothing is stored until it has 80 MiB. Free up space on that disk');
  });

  it('it does not start without room, says why, and has everything when it starts with it', async () => {
    if (disk === null) return;
    await server!.end();
    await disk.fill(20);
    await expect(start(disk.folder)).rejects.toThrow(
      'only 20 MiB are free for the embedded database in ' +
        disk.folder +
        ', but it needs 64 MiB: free up space on that disk',
    );
    await disk.makeRoom();
    server = await start(disk.folder);
    expect(await webhooks()).toEqual(['succeeded', 'succeeded']);
    expect(endpoint.requests).toHaveLength(2);
  });
});
