/** A steady load and where it goes: a publisher that keeps what it was told, and endpoints that count what arrives. */
import { pause } from '@belfry/kit/waiting';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';

/** How long a try may wait: no server of a rehearsal is ever away for longer. */
const answeredWithinMs = 10_000;

/** Endpoints of all accounts: `/slow` takes its time, so that its account has a queue; the others answer at once. */
export class Endpoints {
  #server;
  address = '';
  /** How often each webhook arrived, by `Webhook-Id`. */
  arrivals = new Map();

  static async open(slowMs) {
    const endpoints = new Endpoints();
    endpoints.#server = createServer((request, response) => {
      const id = request.headers['webhook-id'];
      endpoints.arrivals.set(id, (endpoints.arrivals.get(id) ?? 0) + 1);
      request.resume();
      setTimeout(() => response.writeHead(204).end(), request.url === '/slow' ? slowMs : 0);
    }).listen(0, '127.0.0.1');
    await once(endpoints.#server, 'listening');
    endpoints.address = `127.0.0.1:${endpoints.#server.address().port}`;
    return endpoints;
  }

  /** How many webhooks arrived more than once. */
  get doubled() {
    return [...this.arrivals.values()].filter((times) => times > 1).length;
  }

  close() {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(resolve));
  }
}

/** Publishes at a steady rate to whichever processes there are; an event that is not answered is tried until it is. */
export class Publisher {
  #under = new Set();
  #going = true;
  #number = 0;
  /** Events that were answered 202, in the order of the answers: `{ id, accountId, at }`. */
  accepted = [];
  /** What was answered instead, or the fault, with how often. */
  refused = new Map();

  /** @param {() => readonly string[]} urls of the processes that answer REST just now */
  constructor(urls, key, accounts, perSecond) {
    this.#loop(urls, key, accounts, 1000 / perSecond);
  }

  /** Publishes nothing more, and waits for what is under way. */
  async stop() {
    this.#going = false;
    await Promise.all(this.#under);
  }

  async #loop(urls, key, accounts, everyMs) {
    for (let next = Date.now(); this.#going; next += everyMs) {
      await pause(Math.max(0, next - Date.now()));
      const publishing = this.#publish(urls, key, accounts[this.#number % accounts.length], this.#number++);
      this.#under.add(publishing);
      void publishing.finally(() => this.#under.delete(publishing));
    }
  }

  async #publish(urls, key, accountId, number) {
    const headers = {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
    };
    const data = {
      tenant_id: number + 1,
      tenant_name: 'Acme',
      integration_id: 3,
      integration_name: 'CRM sync',
    };
    const body = JSON.stringify({
      ...{ event_type: 'tenant_created', environment: 'production', account_id: accountId },
      data,
    });
    for (let tried = 0; ; tried += 1) {
      const reachable = urls();
      const answer = await fetch(`${reachable[(number + tried) % reachable.length]}/v1/events`, {
        ...{ method: 'POST', headers, body },
        signal: AbortSignal.timeout(answeredWithinMs),
      })
        .then(async (response) => ({ status: response.status, ...(await response.json()) }))
        .catch((error) => ({ status: error.cause?.code ?? error.name }));
      if (answer.status === 202) {
        this.accepted.push({ id: answer.event_id, accountId, at: Date.now() });
        return;
      }
      this.refused.set(answer.status, (this.refused.get(answer.status) ?? 0) + 1);
      await pause(100);
    }
  }
}

/** Makes accounts 1 to `count`, each with a webhook at the endpoints; account 1's is the slow one. */
export async function makeAccounts(url, key, endpoints, count) {
  const accounts = Array.from({ length: count }, (_, index) => index + 1);
  for (const id of accounts) {
    const account = `${url}/v1/accounts/${id}`;
    await ask('PUT', account, key, {
      account_name: `Account ${id}`,
      primary_contact: { email: `a${id}@acme.example.com` },
    });
    await ask('PATCH', `${account}/notification-settings`, key, {
      webhook_url: `http://${endpoints.address}/${id === 1 ? 'slow' : `quick/${id}`}`,
      events: { tenant_created: { send_webhook: true } },
    });
  }
  return accounts;
}

/** Asks REST, and answers the body. Throws where the answer is no 2xx. */
export async function ask(method, url, key, body) {
  const response = await fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (!response.ok)
    throw new Error(`${method} ${url} was answered ${response.status}: ${await response.text()}`);
  return response.json();
}
