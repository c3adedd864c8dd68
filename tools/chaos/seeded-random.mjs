/** Random numbers that a seed makes repeatable: the same seed plans the same faults in the same order. */

/** A source of random numbers (mulberry32), seeded by a whole number. */
export class SeededRandom {
  #state;

  /** @param {number} seed */
  constructor(seed) {
    this.#state = seed >>> 0;
  }

  /** A number from 0 up to, and without, 1. */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /**
   * A number from `least` up to, and without, `most`.
   * @param {number} least
   * @param {number} most
   */
  between(least, most) {
    return least + this.next() * (most - least);
  }

  /**
   * True this often, from 0 (never) to 1 (always).
   * @param {number} probability
   */
  happens(probability) {
    return this.next() < probability;
  }

  /**
   * One of the choices.
   * @template Choice
   * @param {readonly Choice[]} choices
   * @returns {Choice}
   */
  pick(choices) {
    return choices[Math.floor(this.next() * choices.length)];
  }

  /** A source of its own for another part of the run: how often that part asks does not change what this one plans. */
  branch() {
    return new SeededRandom(Math.floor(this.next() * 2 ** 32));
  }
}
