/** The embedded database on a disk that gets full. Where nothing can be mounted, these say so and check nothing. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { smallDisk, type SmallDisk } from '@belfry/kit/small-disk';
import { embeddedFiles } from './database-folder.js';
import { EmbeddedProcess } from './embedded-process.fixture.js';

let disk: SmallDisk | null;
let process_: EmbeddedProcess;
beforeEach(async () => {
  disk = await smallDisk(160);
});
afterEach(async () => {
  if (disk === null) return;
  await process_.end();
  await disk.remove();
});

jest.setTimeout(120_000);

/** Opens the database on the disk, in a process of its own. */
async function openOn({ folder }: SmallDisk): Promise<void> {
  process_ = new EmbeddedProcess(folder);
  await process_.tell('openBare', { directory: folder, join: false });
}

const insert = (kilobytes = 100) =>
  process_.statement(
    `INSERT INTO public.kept SELECT string_agg(md5(random()::text), '') FROM generate_series(1, ${kilobytes} * 32)`,
  );
const count = async () =>
  (await process_.statement<{ count: number }>('SELECT count(*)::integer FROM public.kept'))[0]!.count;

describe('the embedded database on a disk that gets full', () => {
  it('refuses writes in time, answers what is read, loses nothing, and goes on when there is room', async () => {
    if (disk === null) return;
    await openOn(disk);
    await process_.statement('CREATE TABLE public.kept (text text)');
    let kept = 0;
    let failure: unknown = null;
    while (failure === null) {
      failure = await insert(1_000).then(
        () => null,
        (error: unknown) => error,
      );
      if (failure === null) kept += 1;
    }
    expect((failure as Error).message).toContain('read-only transaction');
    expect(kept).toBeGreaterThan(5);
    // The reserve was not used up by what was under way.
    expect(disk.free()).toBeGreaterThan(32);
    await disk.fill(0);
    await expect(insert()).rejects.toThrow('read-only transaction');
    expect(await count()).toBe(kept);
    await disk.makeRoom();
    await disk.grow(260);
    // It looks again after a tenth of a second.
    while ((await insert().catch(() => null)) === null);
    expect(await count()).toBe(kept + 1);
  });

  it('is not opened where there is too little room, and says what to do', async () => {
    if (disk === null) return;
    await disk.fill(100);
    await expect(openOn(disk)).rejects.toThrow(
      /^only 100 MiB are free for the embedded database in \S+, but it needs 104 MiB: free up space on that disk, or move DATA_DIR to a larger one$/,
    );
    await disk.makeRoom();
    await process_.end();
    await openOn(disk);
    await process_.tell('close');
    await process_.end();
    await disk.fill(63);
    await expect(openOn(disk)).rejects.toThrow('but it needs 64 MiB: ');
  });

  it('ends its process, rather than spin, when its log finds no room, and has all that was committed', async () => {
    if (disk === null) return;
    await openOn(disk);
    await process_.statement('CREATE TABLE public.kept (text text)');
    await insert();
    // Within a transaction nobody looks at the disk; the log alone grows by this.
    await process_.statement('BEGIN');
    await disk.fill(1);
    const ended = process_.ended();
    void process_.statement(
      `SELECT pg_logical_emit_message(false, 'filling', repeat('x', 1000000)) FROM generate_series(1, 40)`,
    );
    expect(await ended).toBe(74);
    await disk.makeRoom();
    await openOn(disk);
    expect(await count()).toBe(1);
  });

  it('keeps its log small while it is open', async () => {
    if (disk === null) return;
    await disk.grow(1_000);
    await openOn(disk);
    const text = 'x'.repeat(1_000_000);
    for (let times = 0; times < 200; times += 1)
      await process_.statement("SELECT pg_logical_emit_message(false, 'filling', $1)", [text]);
    // 200 MB were written, in files of 16 MiB; a checkpoint is made every 64 MiB, and leaves 64 MiB at the most.
    const files = await readdir(join(embeddedFiles(disk.folder), 'pg_wal'));
    expect(files.filter((name) => name.length === 24).length).toBeLessThanOrEqual(9);
  });
});
