/**
 * An account that means harm, beside the others: its endpoint never answers, and its callers redeliver and send test
 * deliveries without end. The others must be served as if it were not there, and it must get no more than its limits.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { hostileAccountId as accountId } from './endpoints.mjs';

const events = 30;
const callers = 4;
/** Small, so that a short run reaches them. */
export const limits = {
  ACCOUNT_TESTS_PER_MINUTE: '2',
  ACCOUNT_MAIL_REDELIVERIES_PER_HOUR: '5',
};

/** The account and its callers. */
export class HostileAccount {
  #platform;
  #isOver = false;
  #calls = [];
  #answers = new Map();
  #began = Date.now();

  /** @param {import('./platform.mjs').Platform} platform */
  constructor(platform) {
    this.#platform = platform;
  }

  /** Makes the account, gives it something to redeliver, and begins. */
  async start() {
    const { endpoints } = this.#platform;
    await this.#platform.put(`/v1/accounts/${accountId}`, {
      account_name: 'Means harm',
      primary_contact: { name: 'Mal', email: 'mal@hostile.example.com' },
    });
    await this.#platform.put(`/v1/accounts/${accountId}/notification-settings`, {
      webhook_url: endpoints.urlOf(accountId, 'hang'),
      events: { integration_created: { send_webhook: true, email_subscribers: [] } },
    });
    const batch = Array.from({ length: events }, (_none, index) => ({
      event_type: 'integration_created',
      environment: 'production',
      account_id: accountId,
      data: { integration_id: 900_000 + index, integration_name: 'CRM sync' },
    }));
    await this.#call('POST', '/v1/events/batch', { events: batch });
    this.#calls = Array.from({ length: callers }, (_none, index) => this.#loop(index));
  }

  /** Calls nothing more; resolves when the last call was answered. */
  async stop() {
    this.#isOver = true;
    await Promise.all(this.#calls);
  }

  /** What it got, and what it must not have got. */
  async judge() {
    const [{ mails, tests }] = await this.#platform.query(
      `SELECT count(*) FILTER (WHERE channel = 'email' AND redelivery_of IS NOT NULL)::integer AS mails,
         count(*) FILTER (WHERE test AND redelivery_of IS NULL)::integer AS tests
       FROM deliveries WHERE account_id = $1`,
      [accountId],
    );
    const [{ unserved }] = await this.#platform.query(
      `SELECT count(*)::integer AS unserved FROM unnest($1::bigint[]) AS asked (account_id)
       WHERE NOT EXISTS (SELECT FROM deliveries WHERE deliveries.account_id = asked.account_id
                         AND channel = 'webhook' AND status IN ('succeeded', 'failed') AND started_at >= $2)`,
      [this.#platform.accountIds, new Date(this.#began)],
    );
    const group = 'hostile account';
    const minutes = Math.ceil((Date.now() - this.#began) / 60_000) + 1;
    const over = (value, limit) => Math.max(0, value - limit);
    const count = (isSo) =>
      [...this.#answers].reduce((sum, [status, calls]) => sum + (isSo(status) ? calls : 0), 0);
    return [
      { group, name: 'calls that were answered', value: count((status) => status > 0) },
      { group, name: 'refused by a limit', value: count((status) => status === 429) },
      { group, name: 'answered 500', value: count((status) => status === 500), mustBe: 0 },
      { group, name: 'mails redelivered', value: mails },
      {
        group,
        name: 'of these over the limit',
        value: over(mails, Number(limits.ACCOUNT_MAIL_REDELIVERIES_PER_HOUR)),
        mustBe: 0,
      },
      { group, name: 'test deliveries', value: tests },
      {
        group,
        name: 'of these over the limit',
        value: over(tests, Number(limits.ACCOUNT_TESTS_PER_MINUTE) * minutes),
        mustBe: 0,
      },
      { group, name: 'other accounts that were not served meanwhile', value: unserved, mustBe: 0 },
    ];
  }

  async #loop(turn) {
    const path = `/v1/accounts/${accountId}`;
    while (!this.#isOver) {
      if (turn % 2 === 0) {
        await this.#call('POST', `${path}/webhook-test`, { event_type: 'integration_created' });
      } else {
        await this.#call('POST', `${path}/deliveries/redeliver`, { status: 'failed' });
        const channel = Math.floor(turn / 2) % 2 === 0 ? 'email' : 'webhook';
        const list = await this.#call('GET', `${path}/deliveries?channel=${channel}&limit=20`);
        for (const { delivery_id } of list?.deliveries ?? []) {
          if (!this.#isOver) await this.#call('POST', `${path}/deliveries/${delivery_id}/redeliver`);
        }
      }
      await pause(10);
    }
  }

  /** Answers the body, or null where the API is away or refuses. */
  async #call(method, path, body) {
    const { url, apiKey } = this.#platform;
    const headers = { authorization: `Bearer ${apiKey}` };
    if (body !== undefined) headers['content-type'] = 'application/json';
    try {
      const signal = AbortSignal.timeout(15_000);
      const answer = await fetch(`${url}${path}`, { method, headers, body: JSON.stringify(body), signal });
      this.#answers.set(answer.status, (this.#answers.get(answer.status) ?? 0) + 1);
      const text = await answer.text();
      return answer.ok ? JSON.parse(text) : null;
    } catch (error) {
      if (!(error instanceof TypeError) && error.name !== 'TimeoutError') throw error;
      await pause(100);
      return null;
    }
  }
}
