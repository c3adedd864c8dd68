/**
 * The faults of a run: what is done to Belfry, its database and its mail server, and when. The plan is made before
 * anything happens, from the seed alone; faults overlap as the moments fall, a killed worker during an outage included.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { mailFaults } from './mail-server.mjs';

/** This share of kills hits its process even where it is still starting; the others wait until it is at work again. */
const killedWhileStarting = 0.25;
/** How long a kill waits for a webhook to arrive somewhere. */
const arrivalWithinMs = 10_000;
/** How much longer a fault of the mail server lasts until a mail meets it. */
const mailWithinMs = 4_000;

/** PostgreSQL is away this long, in milliseconds; Belfry is told nothing. */
const outageMs = { least: 300, most: 3_000 };

/** The storage refuses this long. */
const refusalMs = { least: 500, most: 4_000 };
/** How much longer until a publisher was refused. */
const refusedWithinMs = 4_000;

/**
 * Something to be done at a moment, in milliseconds from the start.
 * @typedef {{ at: number, kind: 'kill' | 'stop' | 'cut' | 'mail' | 'storage', target?: number, whileStarting?: boolean,
 *   afterMs?: number, signal?: 'SIGINT' | 'SIGQUIT', forMs?: number, fault?: string }} Fault `afterMs`: how long a process
 *   that a kill had to wait for is left at work
 */

/**
 * Plans a run's faults, in the order of their moments.
 * @param {import('./seeded-random.mjs').SeededRandom} random
 * @param {{ durationMs: number, kills: number, stops: number, cuts: number, mailWindows: number, refusals: number }}
 *   amounts `refusals`: how often the storage refuses in each of its ways
 * @param {number} processes how many processes there are to kill
 * @param {readonly string[]} storageFaults those that can be had
 * @returns {Fault[]}
 */
export function planFaults(random, amounts, processes, storageFaults) {
  const { durationMs, kills, stops, cuts, mailWindows, refusals } = amounts;
  /** @type {Fault[]} */
  const plan = [];
  // Spread with a random shift each: as many kills as asked for, and none so soon that no process ever starts.
  const moments = (count, within) =>
    Array.from({ length: count }, (_, index) => ((index + random.next()) / count) * within);
  for (const [index, at] of moments(kills, durationMs).entries())
    plan.push({
      at,
      kind: 'kill',
      target: index < processes ? index : Math.floor(random.between(0, processes)),
      whileStarting: random.happens(killedWhileStarting),
      afterMs: random.between(0, 1_500),
    });
  for (const [index, at] of moments(stops, durationMs).entries())
    plan.push({
      at,
      kind: 'stop',
      signal: index % 2 === 0 ? 'SIGQUIT' : 'SIGINT',
      forMs: random.between(outageMs.least, outageMs.most),
    });
  for (const at of moments(cuts, durationMs)) plan.push({ at, kind: 'cut' });
  const windowMs = durationMs / Math.max(1, mailWindows);
  for (let index = 0; index < mailWindows; index += 1)
    plan.push({
      at: (index + 0.1) * windowMs,
      kind: 'mail',
      fault: mailFaults[index % mailFaults.length],
      forMs: windowMs * random.between(0.4, 0.8),
    });
  for (const fault of storageFaults)
    for (const at of moments(refusals, durationMs))
      plan.push({ at, kind: 'storage', fault, forMs: random.between(refusalMs.least, refusalMs.most) });
  return plan.sort((one, other) => one.at - other.at);
}

/** Carries a plan out, and keeps count. */
export class FaultInjection {
  done = { kills: {}, stops: { SIGINT: 0, SIGQUIT: 0 }, cuts: 0, connectionsCut: 0, refusals: {} };
  /** From the database's return to the next event that was accepted, and to the next webhook that arrived; milliseconds. */
  recovery = { acceptedAfterMs: /** @type {number[]} */ ([]), arrivedAfterMs: /** @type {number[]} */ ([]) };

  #platform;
  #publisher;
  /** What is done to one process, to the database, or to the mail server comes one after the other. */
  #kills;
  #database = Promise.resolve();
  #mail = Promise.resolve();

  /**
   * @param {import('./platform.mjs').Platform} platform
   * @param {import('./publisher.mjs').Publisher} publisher
   */
  constructor(platform, publisher) {
    this.#platform = platform;
    this.#publisher = publisher;
    this.#kills = platform.processes.map(() => Promise.resolve());
  }

  /**
   * Carries the plan out; resolves when the last fault is over.
   * @param {Fault[]} plan
   */
  async run(plan) {
    const start = performance.now();
    for (const fault of plan) {
      await pause(Math.max(0, fault.at - (performance.now() - start)));
      this.#inject(fault);
    }
    await Promise.all([...this.#kills, this.#mail, this.#database]);
  }

  #inject(fault) {
    if (fault.kind === 'kill')
      this.#kills[fault.target] = this.#kills[fault.target].then(() => this.#kill(fault));
    else if (fault.kind === 'mail') this.#mail = this.#mail.then(() => this.#disturbMail(fault));
    else if (fault.kind === 'storage') this.#database = this.#database.then(() => this.#refuse(fault));
    else if (fault.kind === 'stop') this.#database = this.#database.then(() => this.#stopDatabase(fault));
    else this.#database = this.#database.then(() => this.#cutConnections());
  }

  async #kill({ target, whileStarting, afterMs }) {
    const process_ = this.#platform.processes[target];
    await process_.running();
    if (!whileStarting) {
      if (!process_.isReady) await process_.ready().then(() => pause(afterMs));
      // To kill what does nothing proves nothing: webhooks are to be under way.
      await Promise.race([this.#platform.endpoints.nextArrival(), pause(arrivalWithinMs)]);
    }
    process_.kill();
    this.done.kills[process_.role] = (this.done.kills[process_.role] ?? 0) + 1;
  }

  async #disturbMail({ fault, forMs }) {
    const { mailServer } = this.#platform;
    const shownBefore = mailServer.shown[fault];
    mailServer.misbehave(fault);
    await pause(forMs);
    // A fault that no mail met is none: while every worker is down, it lasts.
    for (let waited = 0; mailServer.shown[fault] === shownBefore && waited < mailWithinMs; waited += 50)
      await pause(50);
    mailServer.mend();
  }

  async #stopDatabase({ signal, forMs }) {
    const postgres = this.#postgres;
    await postgres.stop(signal);
    this.done.stops[signal] += 1;
    await pause(forMs);
    await postgres.start();
    this.#timeRecovery();
  }

  async #refuse({ fault, forMs }) {
    const { api, storage, postgres } = this.#platform;
    // Nobody is refused by a process that is down. It may be killed at any moment after this.
    await api.ready();
    const refusedBefore = this.#publisher.refused;
    await storage.begin(fault, postgres);
    await pause(forMs);
    // A fault that no publisher met is none: the last pages of a table have some room left.
    for (let waited = 0; this.#publisher.refused === refusedBefore && waited < refusedWithinMs; waited += 50)
      await pause(50);
    await storage.end(fault, postgres);
    if (this.#publisher.refused > refusedBefore)
      this.done.refusals[fault] = (this.done.refusals[fault] ?? 0) + 1;
    this.#timeRecovery();
  }

  /** Faults of the server are planned where there is one. */
  get #postgres() {
    const { postgres } = this.#platform;
    if (postgres === null) throw new Error('the embedded database has no server to hurt');
    return postgres;
  }

  #timeRecovery() {
    const back = performance.now();
    const since = () => performance.now() - back;
    void this.#publisher.nextAccepted().then(() => this.recovery.acceptedAfterMs.push(since()));
    void this.#platform.endpoints.nextArrival().then(() => this.recovery.arrivedAfterMs.push(since()));
  }

  async #cutConnections() {
    this.done.connectionsCut += await this.#postgres.cutConnections();
    this.done.cuts += 1;
  }
}
