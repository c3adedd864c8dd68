/**
 * Look-ups of secrets, by their hashes. Anybody can come with a key, a session or a link that is made up, and each must be
 * looked up: nobody who comes with a good one may be refused because of them. So those that come while a statement is
 * under way wait for it, and are then looked up together: however many strangers come, they take one connection and one
 * short statement at a time.
 */
import type { Database } from '../database/database.js';

/** The most hashes of one statement: an index look-up takes some microseconds. */
const mostAtOnce = 500;

/** What a statement answers: its rows name their hash. */
export interface HashedRow {
  readonly hash: string;
}

interface Waiting<Row> {
  readonly resolve: (row: Row | null) => void;
  readonly reject: (error: unknown) => void;
}

/** Looks up rows of one kind. */
export class GatheredLookUps<Row extends HashedRow> {
  private waiting = new Map<string, Waiting<Row>[]>();
  private isLooking = false;

  /** `statement` takes the hashes as `$1::bytea[]`, and answers each row's hash in hexadecimal as `hash`. */
  constructor(
    private readonly database: Pick<Database, 'statement'>,
    private readonly statement: string,
  ) {}

  /** The row with this hash, as it is after this call; null where there is none. */
  find(hash: Uint8Array): Promise<Row | null> {
    const name = Buffer.from(hash).toString('hex');
    return new Promise((resolve, reject) => {
      const others = this.waiting.get(name);
      if (others === undefined) this.waiting.set(name, [{ resolve, reject }]);
      else others.push({ resolve, reject });
      if (!this.isLooking) void this.look();
    });
  }

  private async look(): Promise<void> {
    this.isLooking = true;
    while (this.waiting.size > 0) {
      const asked = new Map([...this.waiting].slice(0, mostAtOnce));
      for (const name of asked.keys()) this.waiting.delete(name);
      const all = [...asked.values()].flat();
      try {
        const hashes = [...asked.keys()].map((name) => Buffer.from(name, 'hex'));
        const rows = await this.database.statement<Row>(this.statement, [hashes]);
        const found = new Map(rows.map((row) => [row.hash, row]));
        for (const [name, askers] of asked)
          for (const { resolve } of askers) resolve(found.get(name) ?? null);
      } catch (error) {
        for (const { reject } of all) reject(error);
      }
    }
    this.isLooking = false;
  }
}
