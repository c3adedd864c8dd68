import { KeptAnswer } from './kept-answer.js';

let now = 0;
let made = 0;
let fails = false;
const answer = new KeptAnswer(
  async () => {
    made += 1;
    await new Promise(setImmediate);
    if (fails) throw new Error('away');
    return made;
  },
  () => now,
);

beforeEach(() => {
  now += 10_000;
  made = 0;
  fails = false;
});

it('is made once for all who ask at the same time, and kept for a second', async () => {
  expect(await Promise.all(Array.from({ length: 100 }, () => answer.get()))).toEqual(Array(100).fill(1));
  now += 999;
  expect(await answer.get()).toBe(1);
  now += 1;
  expect(await answer.get()).toBe(2);
  expect(made).toBe(2);
});

it('is made anew where it could not be made', async () => {
  fails = true;
  await expect(Promise.all([answer.get(), answer.get()])).rejects.toThrow('away');
  expect(made).toBe(1);
  fails = false;
  expect(await answer.get()).toBe(2);
});
