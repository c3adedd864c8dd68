/**
 * The publisher: a steady load of events, each with an `Idempotency-Key` of its own, and each tried until it is answered
 * 202. So an event is accepted when, and only when, the publisher was told so; how many tries that took does not matter.
 */
import { setTimeout as pause } from 'node:timers/promises';

/** More events than this under way at once say nothing more; the load waits. */
const mostUnderWay = 200;
const retryPauseMs = 300;
const answerWithinMs = 15_000;

/** The share of events that have a subscriber beside the primary contact. */
const shareOfFailedRuns = 0.2;

/**
 * An event that was answered 202.
 * @typedef {{ number: number, accountId: number, eventId: string, deliveries: number,
 *   refusals: { from: number, to: number }[] }} Accepted `refusals`: when tries were under way that were answered 503
 */

/** Publishes events at a steady rate. */
export class Publisher {
  /** @type {Accepted[]} */
  accepted = [];
  refused = 0;
  unanswered = 0;
  /** Answers other than 202 and 503: there should be none. */
  unexpected = [];
  /** The longest time between two events that were accepted one after the other. */
  longestGapMs = 0;

  #url;
  #headers;
  #accountIds;
  #random;
  /** @type {NodeJS.Timeout | undefined} */
  #timer;
  #numbers = 0;
  /** @type {number | null} */
  #lastAcceptedAt = null;
  #underWay = new Set();
  #waiting = [];

  /**
   * @param {{ url: string, apiKey: string, accountIds: number[], random: import('./seeded-random.mjs').SeededRandom }}
   *   settings
   */
  constructor({ url, apiKey, accountIds, random }) {
    this.#url = url;
    this.#headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
    this.#accountIds = accountIds;
    this.#random = random;
  }

  /**
   * Begins to publish.
   * @param {number} perSecond
   */
  start(perSecond) {
    this.#timer = setInterval(() => {
      if (this.#underWay.size >= mostUnderWay) return;
      const publishing = this.#publish().finally(() => this.#underWay.delete(publishing));
      this.#underWay.add(publishing);
    }, 1000 / perSecond);
  }

  /** Publishes nothing more; resolves when everything under way was accepted. */
  async stop() {
    clearInterval(this.#timer);
    await Promise.all(this.#underWay);
  }

  /** Resolves with the next event that is accepted. */
  nextAccepted() {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  async #publish() {
    const number = (this.#numbers += 1);
    const accountId = this.#random.pick(this.#accountIds);
    const body = JSON.stringify(eventOf(number, accountId, this.#random.happens(shareOfFailedRuns)));
    const headers = { ...this.#headers, 'idempotency-key': `event ${number}` };
    const refusals = [];
    for (;;) {
      const from = Date.now();
      const answer = await this.#post(body, headers);
      if (answer === null) this.unanswered += 1;
      else if (answer.status === 202) {
        const { event_id: eventId, deliveries } = JSON.parse(answer.text);
        this.accepted.push({ number, accountId, eventId, deliveries, refusals });
        this.#noteAccepted();
        return;
      } else if (answer.status === 503) {
        this.refused += 1;
        refusals.push({ from, to: Date.now() });
      } else this.unexpected.push(`${answer.status} ${answer.text.slice(0, 300)}`);
      await pause(retryPauseMs);
    }
  }

  #noteAccepted() {
    const now = performance.now();
    this.longestGapMs = Math.max(this.longestGapMs, now - (this.#lastAcceptedAt ?? now));
    this.#lastAcceptedAt = now;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** Null where no whole answer came: whether the event was stored is not known then. */
  async #post(body, headers) {
    try {
      const signal = AbortSignal.timeout(answerWithinMs);
      const answer = await fetch(`${this.#url}/v1/events`, { method: 'POST', headers, body, signal });
      return { status: answer.status, text: await answer.text() };
    } catch (error) {
      if (error instanceof TypeError || error.name === 'TimeoutError') return null;
      throw error;
    }
  }
}

/** How many deliveries an event is to have: the webhook, the mail to the contact, and that to the subscriber. */
export const deliveriesOf = { integration_created: 2, run_failed: 3 };

function eventOf(number, accountId, isFailedRun) {
  const integration = { integration_id: number, integration_name: `Integration ${number}` };
  const common = { environment: 'production', account_id: accountId };
  if (!isFailedRun) return { event_type: 'integration_created', ...common, data: integration };
  const run = { run_id: number, run_status: 'failed', tenant_id: 7, tenant_name: 'Acme' };
  return { event_type: 'run_failed', ...common, data: { ...run, ...integration } };
}
