import type { ActivityLog } from '../ports/activity-log.js';
import { TestClock } from '../ports/clock.fixture.js';
import type { DeliveryQueue, RecordedOutcome } from '../ports/delivery-queue.js';
import { StorageUnavailable } from '../ports/storage-unavailable.js';
import { OutcomeRecorder } from './outcome-recorder.js';

const lease = { worker: 'worker', leaseMs: 30_000 };
const refuses = () =>
  new StorageUnavailable(new Error('no space left (SQLSTATE 53100)'), { fault: 'refusing' });
const minute = 60_000;

/** A database that refuses as `refusal` says of a batch: null where it takes it. */
function recorderOn(refusal: (ids: readonly string[], batch: readonly RecordedOutcome[]) => Error | null) {
  const withResponse: string[] = [];
  const recorded: string[] = [];
  const settled: string[] = [];
  const queue = {
    record: (_claim: unknown, outcomes: readonly RecordedOutcome[]) => {
      const ids = outcomes.map(({ delivery }) => delivery.deliveryId);
      const error = refusal(ids, outcomes);
      if (error !== null) return Promise.reject(error);
      recorded.push(...ids);
      withResponse.push(
        ...outcomes
          .filter(({ attempt }) => attempt.response !== null)
          .map(({ delivery }) => delivery.deliveryId),
      );
      return Promise.resolve([]);
    },
  } as unknown as DeliveryQueue;
  const nothing = () => undefined;
  const clock = new TestClock();
  const log = { recorded: nothing, recordedBatch: nothing, dropped: nothing, failed: nothing };
  const recorder = new OutcomeRecorder(queue, lease, clock, log as unknown as ActivityLog, {
    settled: ({ deliveryId }) => settled.push(deliveryId),
    failed: nothing,
  });
  return { recorder, recorded, settled, withResponse, clock };
}

const outcome = (deliveryId: string) =>
  ({ delivery: { deliveryId }, attempt: { response: {} } }) as unknown as RecordedOutcome;

it('outcomes wait as long as the database refuses, and are recorded once each when it does not', async () => {
  let isFull = true;
  const { recorder, recorded, settled, clock } = recorderOn(() => (isFull ? refuses() : null));
  const ids = Array.from({ length: 700 }, (_, index) => `delivery ${index}`);
  for (const id of ids) recorder.add(outcome(id));
  await clock.advance(30 * minute);
  expect(recorder.waitingCount).toBe(700);
  expect(settled).toEqual([]);
  isFull = false;
  await clock.advance(minute);
  expect([...recorded].sort()).toEqual([...ids].sort());
  expect([...settled].sort()).toEqual([...ids].sort());
  expect(recorder.waitingCount).toBe(0);
});

it('one outcome that the database never takes does not hold up the others for ever', async () => {
  const { recorder, recorded, clock } = recorderOn((ids) => (ids.includes('too large') ? refuses() : null));
  for (const id of ['one', 'too large', 'two', 'three']) recorder.add(outcome(id));
  await clock.advance(minute);
  expect([...recorded].sort()).toEqual(['one', 'three', 'two']);
  recorder.add(outcome('four'));
  await clock.advance(minute);
  expect(recorded).toContain('four');
  expect(recorder.waitingCount).toBe(1);
});

it('an outcome that is refused for its own sake, in its bare form too, is tried again for minutes', async () => {
  let isInTheWay = true;
  const { recorder, recorded, settled, clock } = recorderOn((ids) =>
    isInTheWay && ids.includes('refused') ? new Error('a trigger says no (SQLSTATE P0001)') : null,
  );
  for (const id of ['refused', 'fine']) recorder.add(outcome(id));
  await clock.advance(5 * minute);
  expect(recorded).toEqual(['fine']);
  expect(settled).toEqual(['fine']);
  expect(recorder.waitingCount).toBe(1);
  isInTheWay = false;
  await clock.advance(2 * minute);
  expect(recorded).toEqual(['fine', 'refused']);
  expect(recorder.waitingCount).toBe(0);
});

it('an outcome that is refused for its own sake is given up after eleven minutes, or at an orderly stop', async () => {
  const { recorder, settled, clock } = recorderOn(() => new Error('never (SQLSTATE 23514)'));
  recorder.add(outcome('first'));
  await clock.advance(10 * minute);
  expect(settled).toEqual([]);
  await clock.advance(2 * minute);
  expect(settled).toEqual(['first']);
  recorder.add(outcome('second'));
  await clock.advance(1_000);
  const stopped = recorder.flush();
  await clock.advance(1_000);
  await stopped;
  expect(settled).toEqual(['first', 'second']);
});

it('a flush records all, however many statements it takes', async () => {
  const { recorder, recorded } = recorderOn(() => null);
  for (let index = 0; index < 1_600; index += 1) recorder.add(outcome(`delivery ${index}`));
  await recorder.flush();
  expect(recorded).toHaveLength(1_600);
});

it('one that is refused for its response is recorded without it, and the others of its batch with theirs', async () => {
  const { recorder, recorded, withResponse, clock } = recorderOn((ids, batch) =>
    batch.some(({ delivery, attempt }) => delivery.deliveryId === 'teapot' && attempt.response !== null)
      ? new Error('check constraint (SQLSTATE 23514)')
      : null,
  );
  const ids = ['a', 'b', 'c', 'd', 'teapot', 'e', 'f', 'g', 'h'];
  for (const id of ids) recorder.add(outcome(id));
  await clock.advance(minute);
  expect([...recorded].sort()).toEqual([...ids].sort());
  expect(withResponse).not.toContain('teapot');
  expect(withResponse).toHaveLength(8);
});

it('an outage while one is recorded without its response loses nothing, and takes no response from others', async () => {
  let calls = 0;
  const answers = [() => new Error('check constraint'), refuses, () => new Error('check constraint')];
  const { recorder, recorded, withResponse, clock } = recorderOn(() => answers[calls++]?.() ?? null);
  recorder.add(outcome('first'));
  await clock.advance(minute);
  expect(recorded).toEqual(['first']);
  expect(withResponse).toEqual([]);

  calls = 1;
  answers.length = 2;
  recorder.add(outcome('second'));
  await clock.advance(minute);
  expect(recorded).toEqual(['first', 'second']);
  expect(withResponse).toEqual(['second']);
});
