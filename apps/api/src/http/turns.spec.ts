import type { CallHandler, ExecutionContext } from '@nestjs/common';
import { NEVER } from 'rxjs';
import { ReadTurns } from './read-turns.js';
import type { Turns } from './turns.js';
import { WriteTurns } from './write-turns.js';

class Settings {}
class Redeliveries {}
const unending: CallHandler = { handle: () => NEVER };

interface Asked {
  readonly method?: string;
  /** The account of the path. */
  readonly path?: string;
  /** The account of the key; null for one of the platform. */
  readonly of: number | null;
  readonly kind?: object;
}

function contextOf({ method = 'GET', path, of, kind = Settings }: Asked): ExecutionContext {
  const params = path === undefined ? {} : { accountId: path };
  const request = { method, params, principal: { accountId: of } };
  return { switchToHttp: () => ({ getRequest: () => request }), getClass: () => kind } as ExecutionContext;
}

/** Fills the lane of such a request with more than it takes. */
async function fill(turns: Turns, asked: Asked): Promise<void> {
  const all = Array.from({ length: 40 }, () => turns.intercept(contextOf(asked), unending));
  await expect(Promise.race(all.slice(-20))).rejects.toMatchObject({ status: 429 });
  for (const one of all) one.catch(() => undefined);
}

const goesThrough = (turns: Turns, asked: Asked) =>
  expect(turns.intercept(contextOf(asked), unending)).resolves.toBeDefined();

describe('turns of reads', () => {
  it.each<[string, Asked, Asked]>([
    ["an account's list of its keys, and the platform's lists", { of: 42 }, { of: null }],
    ["an account's list of its keys, and another's", { of: 42 }, { of: 43 }],
    ['an account, and the platform that looks at it', { of: 42, path: '42' }, { of: null, path: '42' }],
  ])('%s have lanes of their own', async (_what, busy, other) => {
    const turns = new ReadTurns();
    await fill(turns, busy);
    await goesThrough(turns, other);
  });

  it('lists of the account of the path and of its key are in one lane', async () => {
    const turns = new ReadTurns();
    await fill(turns, { of: 42 });
    await expect(turns.intercept(contextOf({ of: 42, path: '42' }), unending)).rejects.toMatchObject({
      status: 429,
    });
  });
});

describe('turns of changes', () => {
  const change = { method: 'PATCH', path: '42' };
  it.each<[string, Asked]>([
    ['of another account', { ...change, of: 43, path: '43' }],
    ['of the platform', { ...change, of: null }],
    ['of another kind', { ...change, of: 42, kind: Redeliveries }],
    ['that only look', { of: 42, path: '42' }],
  ])('those %s do not wait for an account that changes without end', async (_what, other) => {
    const turns = new WriteTurns();
    await fill(turns, { ...change, of: 42 });
    await goesThrough(turns, other);
  });
});
