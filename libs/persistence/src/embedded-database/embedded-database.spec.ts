import { cp, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { EmbeddedProcess } from './embedded-process.fixture.js';

let template: string;
let parent: string;
let directory: string;
const processes: EmbeddedProcess[] = [];

// A new database takes seconds to make; most tests start from a copy of one.
beforeAll(async () => {
  template = await mkdtemp(join(tmpdir(), 'belfry-embedded-'));
  const maker = new EmbeddedProcess(tmpdir());
  await maker.tell('open', { directory: template });
  await maker.tell('close');
  await maker.end();
});
afterAll(() => rm(template, { recursive: true, force: true }));

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'belfry-embedded-'));
  directory = join(parent, 'data');
  await cp(template, directory, { recursive: true });
});
afterEach(async () => {
  await Promise.all(processes.splice(0).map((each) => each.end()));
  await rm(parent, { recursive: true, force: true });
});

function start(): EmbeddedProcess {
  const started = new EmbeddedProcess(parent);
  processes.push(started);
  return started;
}

/** A process that has opened the database. */
async function opened(input: Record<string, unknown> = {}, action = 'open'): Promise<EmbeddedProcess> {
  const started = start();
  await started.tell(action, { directory, join: false, ...input });
  return started;
}

const rowsOf = async (process: EmbeddedProcess) =>
  (await process.statement<{ number: number }>('SELECT number FROM kept ORDER BY number')).map(
    (row) => row.number,
  );

jest.setTimeout(60_000);

describe('the embedded database', () => {
  it('has all tables, and keeps what was stored from one process to the next', async () => {
    const first = await opened();
    await first.statement(`INSERT INTO accounts VALUES (42, 'Acme', NULL, 'ada@example.com', now(), now())`);
    await first.tell('close');
    const second = await opened();
    expect(await second.statement('SELECT account_id, account_name FROM accounts')).toEqual([
      { account_id: 42, account_name: 'Acme' },
    ]);
  });

  it('serves every port of the module as a PostgreSQL server does, and is free again after it was shut down', async () => {
    const process = start();
    expect(await process.tell('liveThrough', { directory })).toEqual({
      healthy: true,
      appended: 'stored',
      repeated: 'repeated',
      payloads: ['{"b":1,"a":2}', '{"b":1,"a":2}'],
      dropped: [],
      swept: { interrupted: [], requeued: [] },
      statuses: ['email queued', 'webhook succeeded'],
    });
    await process.tell('open', { directory, join: false });
    expect(await process.statement('SELECT count(*) FROM attempts')).toEqual([{ count: 1 }]);
  });

  it('is readable by its owner alone', async () => {
    await opened();
    expect((await stat(join(directory, 'database'))).mode & 0o777).toBe(0o700);
  });

  it('is made where there is none, and where the path is too long for a unix socket', async () => {
    directory = join(parent, 'a'.repeat(60), 'b'.repeat(60));
    const owner = await opened();
    const joiner = await opened({ join: true });
    await owner.statement('CREATE TABLE kept (number integer)');
    expect(await rowsOf(joiner)).toEqual([]);
    await joiner.tell('close');
    await owner.tell('close');
  });

  it('keeps every commit that was acknowledged before its process was killed', async () => {
    const killed = await opened();
    void killed.tell('commitForEver');
    while (killed.committed < 200) await pause(10);
    await killed.end('SIGKILL');
    const acknowledged = killed.committed;

    const rows = await rowsOf(await opened());
    expect(rows.slice(0, acknowledged)).toEqual(
      Array.from({ length: acknowledged }, (_none, index) => index + 1),
    );
    // A commit whose acknowledgement the kill cut off may be there as well; nothing beyond it can be.
    expect(rows.length - acknowledged).toBeLessThanOrEqual(1);
  });
});

describe('a second process on the same folder', () => {
  it('is refused, with the folder named and what to do, and disturbs nothing', async () => {
    const owner = await opened();
    await expect(opened()).rejects.toThrow(
      `the embedded database in ${directory} is in use by another process: stop that process, or give this one ` +
        'another DATA_DIR, or a PostgreSQL server by DATABASE_URL',
    );
    expect(await owner.statement('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('is refused within one process too', async () => {
    const owner = await opened();
    await expect(owner.tell('open', { directory, join: false })).rejects.toThrow('is in use');
  });

  it('may open it once the first was killed', async () => {
    const first = await opened();
    await first.end('SIGKILL');
    await expect(opened()).resolves.toBeInstanceOf(EmbeddedProcess);
  });

  it('becomes the owner where it may join and there is none', async () => {
    const joiner = start();
    expect(await joiner.tell('openBare', { directory, join: true })).toBe(true);
  });

  it('uses the database of the first where it may join', async () => {
    const owner = await opened();
    const joiner = await opened({ join: true });
    await joiner.statement('CREATE TABLE kept (number integer)');
    await joiner.statement('INSERT INTO kept VALUES ($1)', [7]);
    expect(await rowsOf(owner)).toEqual([7]);
    await joiner.tell('close');
    expect(await rowsOf(owner)).toEqual([7]);
  });
});

describe('two processes at once', () => {
  let owner: EmbeddedProcess;
  let joiner: EmbeddedProcess;

  beforeEach(async () => {
    owner = await opened({ idleInTransactionMs: 1500 }, 'openBare');
    joiner = await opened({ join: true }, 'openBare');
    await owner.statement('CREATE TABLE kept (number integer)');
  });

  it("each get the answers to their own questions, and no other's errors", async () => {
    await owner.tell('close');
    const [first, second] = [await opened(), await opened({ join: true })];
    const [wrongOfFirst, wrongOfSecond] = await Promise.all([
      first.tell('ask', { from: 1, times: 400 }),
      second.tell('ask', { from: 100_000, times: 400 }),
    ]);
    expect([wrongOfFirst, wrongOfSecond]).toEqual([0, 0]);
  });

  it('get the right answers too where a failing query of the other has come only by half', async () => {
    await joiner.tell('sendHalfAQuery');
    await pause(100);
    await owner.statement('INSERT INTO kept VALUES ($1)', [2]);
    expect(await rowsOf(owner)).toEqual([2]);
  });

  it('do not mix their transactions: what one rolls back takes nothing of the other', async () => {
    await joiner.statement('BEGIN');
    await joiner.statement('INSERT INTO kept VALUES ($1)', [1]);
    const inserted = owner.statement('INSERT INTO kept VALUES ($1)', [2]);
    await joiner.statement('ROLLBACK');
    await inserted;
    expect(await rowsOf(owner)).toEqual([2]);
  });

  it('go on when one dies in the middle of a transaction, which is rolled back', async () => {
    await joiner.statement('BEGIN');
    await joiner.statement('INSERT INTO kept VALUES ($1)', [1]);
    const inserted = owner.statement('INSERT INTO kept VALUES ($1)', [2]);
    await joiner.end('SIGKILL');
    await inserted;
    expect(await rowsOf(owner)).toEqual([2]);
  });

  it('go on when one leaves a transaction open and hangs', async () => {
    await joiner.statement('BEGIN');
    await joiner.statement('INSERT INTO kept VALUES ($1)', [1]);
    await owner.statement('INSERT INTO kept VALUES ($1)', [2]);
    expect(await rowsOf(owner)).toEqual([2]);
    await expect(joiner.statement('COMMIT')).rejects.toThrow();
  });

  it('go on after a failed transaction of the other', async () => {
    await joiner.statement('BEGIN');
    await expect(joiner.statement('SELECT no_such_column')).rejects.toThrow('no_such_column');
    const inserted = owner.statement('INSERT INTO kept VALUES ($1)', [2]);
    await joiner.statement('ROLLBACK');
    await inserted;
    expect(await rowsOf(joiner)).toEqual([2]);
  });
});
