import { chmod, cp, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { EmbeddedProcess } from './embedded-process.fixture.js';

/** A database that was made by a process which has ended: too long a path for a unix socket, and one account in it. */
let parent: string;
let made: string;
/** A copy of it as it was then, for one test alone: to make a database takes seconds. */
let copy: string;

/** Two processes on the database that was made, which tests share that need no others. */
let owner: EmbeddedProcess;
let joiner: EmbeddedProcess;
let owns: { owner: boolean; joiner: boolean };

const processes: EmbeddedProcess[] = [];

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'belfry-embedded-'));
  made = join(parent, 'a'.repeat(60), 'b'.repeat(60));
  copy = join(parent, 'copy');
  const maker = new EmbeddedProcess(parent);
  await maker.tell('open', { directory: made, join: false });
  await maker.statement(`INSERT INTO accounts VALUES (7, 'Acme', NULL, 'ada@example.com', now(), now())`);
  await maker.tell('close');
  await maker.end();
  await cp(made, copy, { recursive: true });

  const shared = { directory: made, join: true, idleInTransactionMs: 1500 };
  owner = new EmbeddedProcess(parent);
  const ownerOwns = await owner.tell<boolean>('openBare', shared);
  joiner = new EmbeddedProcess(parent);
  owns = { owner: ownerOwns, joiner: await joiner.tell<boolean>('openBare', shared) };
});
afterAll(async () => {
  await Promise.all([owner.end(), joiner.end()]);
  await rm(parent, { recursive: true, force: true });
});

afterEach(() => Promise.all(processes.splice(0).map((each) => each.end())));

function start(): EmbeddedProcess {
  const started = new EmbeddedProcess(parent);
  processes.push(started);
  return started;
}

/** A process that has opened a database. */
async function opened(
  input: { directory: string; join: boolean },
  action = 'open',
): Promise<EmbeddedProcess> {
  const started = start();
  await started.tell(action, input);
  return started;
}

/** A copy of the database as it was made, for a test that ends its process. */
async function freshCopy(name: string): Promise<string> {
  const directory = join(parent, name);
  await cp(copy, directory, { recursive: true });
  return directory;
}

const rowsOf = async (process: EmbeddedProcess) =>
  (await process.statement<{ number: number }>('SELECT number FROM kept ORDER BY number')).map(
    (row) => row.number,
  );

/** Which modes the files and folders in a folder have, sockets aside. */
async function modesWithin(folder: string): Promise<string[]> {
  const modes = new Set<string>();
  for (const path of await pathsWithin(folder)) {
    const { mode } = await stat(path);
    modes.add(`0${(mode & 0o777).toString(8)}`);
  }
  return [...modes].sort();
}

async function openToAll(folder: string): Promise<void> {
  for (const path of await pathsWithin(folder)) await chmod(path, 0o777);
}

async function pathsWithin(folder: string): Promise<string[]> {
  const found = await readdir(folder, { withFileTypes: true, recursive: true });
  return found
    .filter((entry) => entry.isFile() || entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));
}

jest.setTimeout(60_000);

it('keeps its tables in the schema that its owner was given, and refuses who joins with another by name', async () => {
  const directory = await freshCopy('schemas');
  const first = start();
  await first.tell('open', { directory, join: false, schema: 'other' });
  expect(await first.statement('SELECT FROM other.accounts')).toEqual([]);
  expect(await first.statement('SELECT account_id FROM belfry.accounts')).toEqual([{ account_id: 7 }]);
  await expect(start().tell('open', { directory, join: true })).rejects.toThrow(
    'keeps its tables in the schema "other": set the same DATABASE_SCHEMA here',
  );
});

describe('the embedded database', () => {
  it('has all tables, and keeps what was stored from one process to the next', async () => {
    const accounts = 'SELECT account_id::integer, account_name FROM accounts';
    expect(await owner.statement(accounts)).toEqual([{ account_id: 7, account_name: 'Acme' }]);
  });

  it('serves every port of the module as a PostgreSQL server does, and is free again after it was shut down', async () => {
    const directory = await freshCopy('all-ports');
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
    await process.tell('openBare', { directory, join: false });
    expect(await process.statement('SELECT count(*)::integer FROM attempts')).toEqual([{ count: 1 }]);
  });

  it('is readable by its owner alone', async () => {
    expect((await stat(join(made, 'database'))).mode & 0o777).toBe(0o700);
    expect(await modesWithin(join(copy, 'database'))).toEqual(['0600', '0700']);
  });

  it('is closed to others at the next start, where an earlier version or a copy left it open', async () => {
    const directory = await freshCopy('left-open');
    await openToAll(directory);
    const process = await opened({ directory, join: false }, 'openBare');
    expect(await modesWithin(join(directory, 'database'))).toEqual(['0600', '0700']);
    await process.statement('CREATE TABLE made_now AS SELECT generate_series(1, 1000) AS number');
    await process.tell('close');
    expect(await modesWithin(join(directory, 'database'))).toEqual(['0600', '0700']);
  });

  it('is made where there is none, and where the path is too long for a unix socket', async () => {
    // `sun_path` has 108 bytes (unix(7)); all that the two processes say to each other goes by this path's socket.
    expect(join(made, 'database').length).toBeGreaterThan(108);
    expect(await joiner.statement('SELECT count(*)::integer FROM deliveries')).toEqual([{ count: 0 }]);
  });

  it('keeps every commit that was acknowledged before its process was killed, and opens again at once', async () => {
    const directory = await freshCopy('killed');
    const killed = await opened({ directory, join: false });
    void killed.tell('commitForEver');
    while (killed.committed < 100) await pause(10);
    await killed.end('SIGKILL');
    const acknowledged = killed.committed;

    const rows = await rowsOf(await opened({ directory, join: false }, 'openBare'));
    expect(rows.slice(0, acknowledged)).toEqual(
      Array.from({ length: acknowledged }, (_none, index) => index + 1),
    );
    // A commit whose acknowledgement the kill cut off may be there as well; nothing beyond it can be.
    expect(rows.length - acknowledged).toBeLessThanOrEqual(1);
  });
});

describe('a second process on the same folder', () => {
  it('is refused, with the folder named and what to do, and disturbs nothing', async () => {
    await expect(joiner.tell('open', { directory: made, join: false })).rejects.toThrow(
      `the embedded database in ${made} is in use by another process: stop that process, ` +
        'set another DATA_DIR, or set DATABASE_URL to use a PostgreSQL server',
    );
    expect(await owner.statement('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('is refused within one process too', async () => {
    await expect(owner.tell('open', { directory: made, join: false })).rejects.toThrow('is in use');
  });

  it('becomes the owner where it may join and there is none', () => {
    expect(owns).toEqual({ owner: true, joiner: false });
  });
});

describe('two processes at once', () => {
  beforeEach(async () => {
    // Whatever the test before has done to them: connections of their own, and a table of its own.
    await joiner.tell('connect');
    await owner.tell('connect');
    await owner.statement('DROP TABLE IF EXISTS kept');
    await owner.statement('CREATE TABLE kept (number integer)');
  });

  it('use one database, which outlives the end of the one that joined', async () => {
    const third = await opened({ directory: made, join: true });
    await third.statement('INSERT INTO kept VALUES ($1)', [7]);
    expect(await rowsOf(owner)).toEqual([7]);
    await third.tell('close');
    expect(await rowsOf(owner)).toEqual([7]);
  });

  it("each get the answers to their own questions, and no other's errors", async () => {
    // As the application does, by many connections each.
    await Promise.all([owner, joiner].map((each) => each.tell('open', { directory: made, join: true })));
    const [wrongOfOwner, wrongOfJoiner] = await Promise.all([
      owner.tell('ask', { from: 1, times: 150 }),
      joiner.tell('ask', { from: 100_000, times: 150 }),
    ]);
    expect([wrongOfOwner, wrongOfJoiner]).toEqual([0, 0]);
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
    const dying = await opened({ directory: made, join: true }, 'openBare');
    await dying.statement('BEGIN');
    await dying.statement('INSERT INTO kept VALUES ($1)', [1]);
    const inserted = owner.statement('INSERT INTO kept VALUES ($1)', [2]);
    await dying.end('SIGKILL');
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
