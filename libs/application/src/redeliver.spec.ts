import type { Principal } from './access/principal.js';
import type { Dispatcher } from './pipeline/dispatcher.js';
import type { Redeliveries } from './ports/redeliveries.js';
import { Redeliver } from './redeliver.js';

const operator: Principal = { kind: 'operator', id: 'cli', accountId: null, scopes: new Set() };
const allowances = {
  webhook: { purpose: 'webhook redeliveries', limit: 10_000, seconds: 3_600 },
  email: { purpose: 'mail redeliveries', limit: 10_000, seconds: 3_600 },
} as const;

/** So many deliveries that have failed. */
function redeliverOf(failed: number) {
  let left = failed;
  let woken = 0;
  const entries: unknown[] = [];
  const redeliveries: Redeliveries = {
    redeliver: () => Promise.resolve({ status: 'queued' }),
    redeliverMatching: (_accountId, _filter, newIds, _after, _allowances, audit) => {
      const queued = Math.min(left, newIds.length);
      left -= queued;
      entries.push(audit(queued).changes);
      return Promise.resolve({ queued, passedOver: 0, next: left > 0 ? 'a delivery' : null, limited: null });
    },
  };
  const dispatcher = { wake: () => (woken += 1) } as unknown as Dispatcher;
  const redeliver = new Redeliver(redeliveries, dispatcher, allowances);
  return { redeliver, woken: () => woken, entries };
}

it('all that failed are redelivered, however many, and the dispatcher is woken for each batch', async () => {
  const { redeliver, woken, entries } = redeliverOf(1_201);
  expect(await redeliver.many(1, { status: 'failed' }, operator)).toMatchObject({ redelivered: 1_201 });
  expect(woken()).toBe(3);
  expect(JSON.stringify(entries.at(-1))).toContain('1201');
});

it('the dispatcher is woken for one, and not where there is nothing to redeliver', async () => {
  const one = redeliverOf(1);
  expect(await one.redeliver.one(1, 'old', operator)).toMatchObject({ status: 'queued' });
  expect(one.woken()).toBe(1);
  const none = redeliverOf(0);
  expect(await none.redeliver.many(1, { status: 'failed' }, operator)).toMatchObject({ redelivered: 0 });
  expect(none.woken()).toBe(0);
});
