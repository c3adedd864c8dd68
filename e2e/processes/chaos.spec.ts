/** The short form of `npm run chaos`: the same faults and the same promises, for some seconds. */
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const harness = resolve(__dirname, '../../tools/chaos/run.mjs');

interface Figure {
  readonly group: string;
  readonly name: string;
  readonly value: number;
  readonly mustBe?: number;
}

describe('under kills, cut connections, a crashing, full or read-only database and misbehaving receivers', () => {
  let figures: Figure[];
  const figure = (group: string, name: string): number => {
    const found = figures.find((one) => one.group === group && one.name.startsWith(name));
    if (found === undefined) throw new Error(`the run says nothing of ${group}, ${name}`);
    return found.value;
  };

  beforeAll(async () => {
    // A seed by which each worker is killed, one of them twice, and none before a webhook is under way.
    const { stdout } = await run(process.execPath, [harness, '--quick', '--json', '--seed', '12']);
    ({ figures } = JSON.parse(stdout) as { figures: Figure[] });
    // The run takes some 10 s; far more only where the machine is busy with something else.
  }, 240_000);

  it('the faults were real', () => {
    expect(figure('faults', 'kill -9 of ROLE=api')).toBeGreaterThan(0);
    expect(figure('faults', 'kill -9 of ROLE=worker')).toBeGreaterThan(1);
    expect(figure('faults', 'PostgreSQL stopped by SIGQUIT')).toBe(1);
    expect(figure('faults', 'connections cut')).toBeGreaterThan(0);
    expect(
      figure('faults', 'times that a publisher was refused by a database with the fault: disk full'),
    ).toBe(1);
    expect(
      figure('faults', 'times that a publisher was refused by a database with the fault: read-only'),
    ).toBe(1);
    // Which of them a short run meets depends on its pace.
    const met = (prefix: string) =>
      figures.filter(({ group, name, value }) => group === 'faults' && name.startsWith(prefix) && value > 0)
        .length;
    expect(met('mail server: ')).toBeGreaterThan(1);
    expect(met('endpoint: ')).toBeGreaterThan(1);
    expect(met('name server: ')).toBeGreaterThan(0);
    expect(
      figure('publishing', 'tries answered 503') + figure('publishing', 'tries without'),
    ).toBeGreaterThan(0);
  });

  it('no event that was accepted is lost, and none is stored twice', () => {
    expect(figure('publishing', 'events answered 202')).toBeGreaterThan(20);
    expect(figure('events', 'stored')).toBe(figure('publishing', 'events answered 202'));
    expect(figure('events', 'accepted and lost')).toBe(0);
    expect(figure('events', 'stored twice')).toBe(0);
    expect(figure('events', 'stored by a try that was answered 503')).toBe(0);
    expect(figure('events', 'with other deliveries than planned')).toBe(0);
  });

  it('a name that is never answered fails the webhooks of no other account', () => {
    expect(figure('webhooks', 'failed as dns though their name is answered at once')).toBe(0);
  });

  it('every webhook ends as succeeded, failed or interrupted, and none is sent twice', () => {
    const { planned, ended } = {
      planned: figure('webhooks', 'planned'),
      ended: ['succeeded', 'failed', 'interrupted'].map((status) => figure('webhooks', status)),
    };
    expect(planned).toBe(figure('publishing', 'events answered 202'));
    expect(ended.reduce((total, count) => total + count)).toBe(planned);
    // The kills hit workers that had webhooks under way.
    expect(figure('webhooks', 'interrupted')).toBeGreaterThan(0);
    expect(figure('webhooks', 'received twice')).toBe(0);
    expect(figure('webhooks', 'succeeded and not answered 2xx')).toBe(0);
    expect(figure('webhooks', 'interrupted though their worker was not killed')).toBe(0);
  });

  it('every mail ends as succeeded or failed, and every doubled one has an explanation', () => {
    expect(figure('mails', 'succeeded') + figure('mails', 'failed')).toBe(figure('mails', 'planned'));
    expect(figure('mails', 'succeeded and not taken')).toBe(0);
    expect(figure('mails', 'doubled without an explanation')).toBe(0);
  });

  it('no process ends by itself, and all stop in order', () => {
    expect(figure('processes', 'ended by themselves')).toBe(0);
    expect(figure('orderly stop', 'that did not exit with 0')).toBe(0);
  });

  it('keeps every promise that the run checks', () => {
    expect(figures.filter(({ value, mustBe }) => mustBe !== undefined && value !== mustBe)).toEqual([]);
  });
});
