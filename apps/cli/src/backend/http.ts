/** What commands ask, of an API over HTTP: its client, with refusals said as the command line says them. */
import {
  createClient,
  entityTag,
  headOf,
  NoAnswerError,
  ProblemError,
  versionIn,
  type AccountInput,
  type Client,
  type Delivery,
  type NotificationSettings,
  type NotificationSettingsInput,
} from '@belfry/contract';
import type { PublishInput } from '@belfry/domain';
import {
  InvalidInput,
  NotFound,
  onlyOnTheDatabase,
  Refusal,
  refusalText,
  sentence,
  WrongUse,
  wrongValue,
} from '../failure.js';
import type { Backend, BatchResult, Listed, VersionedSettings } from './backend.js';

/** A value, and what it was given by: an option or a variable of the environment. */
interface Given {
  readonly value: string;
  readonly name: string;
}

/** Where an API is, and the key for it. */
export interface ApiAccess {
  readonly url: Given;
  readonly key: Given;
}

/** In seconds. Nobody sits in front of a silent terminal for longer. */
const longestWait = 10;

/** A client whose refusals are those of the command line. */
export function connect({ url, key }: ApiAccess): Client {
  const calls = Object.entries(clientOf(url, key)).map(([name, call]) => [
    name,
    // All that is called here are operations, which answer with a promise.
    (...args: unknown[]) =>
      (call as (...given: unknown[]) => Promise<unknown>)(...args).catch((error: unknown) => {
        throw failureOf(error);
      }),
  ]);
  return Object.fromEntries(calls) as Client;
}

function clientOf(url: Given, key: Given): Client {
  try {
    return createClient({ url: url.value, key: key.value, longestWait });
  } catch (error) {
    const [, what, message] = /^the (URL|key) (.*)$/.exec((error as Error).message) ?? [];
    if (message === undefined) throw error;
    throw wrongValue(what === 'URL' ? url.name : key.name, message);
  }
}

/** The command line's own failure for what the client rejected with. */
function failureOf(error: unknown): unknown {
  if (error instanceof NoAnswerError) return new Refusal(error.message);
  if (!(error instanceof ProblemError)) return error;
  const { status, problem } = error;
  if (problem.errors !== undefined) return new InvalidInput(problem.errors);
  if (status === 401) return new Refusal('the API does not accept this key: check BELFRY_KEY or --key');
  if (status === 404) return new NotFound(sentence(problem.detail));
  return new Refusal(refusalText(problem));
}

/** The backend behind which this API stands. */
export function backendOver(access: ApiAccess): Backend {
  const belfry = connect(access);
  return {
    accounts: {
      list: async (page) => listed('accounts', await belfry.listAccounts(page)),
      get: (accountId) => belfry.getAccount(accountId),
      put: async (accountId, document) => {
        const account = await belfry.putAccount(accountId, document as AccountInput);
        return { account, created: headOf(account).status === 201 };
      },
      erase: (accountId) => belfry.eraseAccount(accountId),
      forget: (accountId, email) => belfry.eraseRecipient(accountId, { email }),
    },
    settings: {
      get: async (accountId) => versioned(await belfry.getSettings(accountId)),
      change: async (accountId, document, how, version) => {
        const change = how === 'merge' ? belfry.patchSettings : belfry.putSettings;
        const ifMatch = version === undefined ? undefined : entityTag(accountId, version);
        return versioned(await change(accountId, document as NotificationSettingsInput, { ifMatch }));
      },
    },
    events: {
      publish: (event, idempotencyKey) => belfry.publishEvent(event as PublishInput, { idempotencyKey }),
      publishBatch: (events, idempotencyKey, firstPlace) =>
        publishAll(belfry, events as readonly PublishInput[], idempotencyKey, firstPlace),
      list: async (accountId, filter, page) =>
        listed('events', await belfry.listEvents(accountId, { ...filter, ...page })),
      get: (accountId, eventId) => belfry.getEvent(accountId, eventId),
    },
    deliveries: {
      list: async (accountId, filter, page) =>
        listed('deliveries', await belfry.listDeliveries(accountId, { ...filter, ...page })),
      find: (accountId, deliveryIds) => findDeliveries(belfry, accountId, deliveryIds),
      get: (accountId, deliveryId) => belfry.getDelivery(accountId, deliveryId),
      redeliver: (accountId, deliveryId) => belfry.redeliver(accountId, deliveryId),
      redeliverMany: (accountId, filter) => belfry.redeliverMany(accountId, filter),
      countRedeliveries: () => Promise.resolve(null),
      test: (accountId, eventType) => belfry.testWebhook(accountId, { event_type: eventType }),
    },
    statistics: {
      get: (accountId, window) => belfry.getDeliveryStats(accountId, { window }),
      durations: () => Promise.resolve(null),
    },
    eventTypes: {
      list: async () => (await belfry.listEventTypes()).event_types,
    },
    keys: {
      create: (request) => belfry.createApiKey(request),
      list: async (page) => listed('api_keys', await belfry.listApiKeys(page)),
      revoke: (keyId) => belfry.revokeApiKey(keyId),
    },
    audit: {
      list: async (accountId, page) => {
        if (accountId === null) throw onlyOnTheDatabase('changes that belong to no account can be read');
        return listed('entries', await belfry.listAuditLog(accountId, page));
      },
    },
    portalLinks: {
      create: (accountId) => belfry.createPortalLink(accountId),
    },
  };
}

function listed<Name extends string, Item>(
  name: Name,
  page: Readonly<Record<Name, readonly Item[]>> & { readonly next_cursor: string | null },
): Listed<Item> {
  return { items: page[name], next_cursor: page.next_cursor };
}

function versioned(settings: NotificationSettings): VersionedSettings {
  return { settings, version: versionIn(headOf(settings).etag) };
}

/** A batch of REST may have 4 MiB. */
const mostCharacters = 1024 * 1024;

/**
 * Publishes in as many batches as their size asks for. All batches after the very first have a key of their own, made from
 * the given one, since REST counts the places of a batch from zero.
 */
async function publishAll(
  belfry: Client,
  events: readonly PublishInput[],
  idempotencyKey: string | undefined,
  firstPlace: number,
): Promise<readonly BatchResult[]> {
  const results: BatchResult[] = [];
  while (results.length < events.length) {
    const batch = firstBatch(events.slice(results.length));
    const key = keyAt(idempotencyKey, firstPlace + results.length);
    results.push(...(await belfry.publishEvents({ events: batch }, { idempotencyKey: key })).results);
  }
  return results;
}

/** As many events as fit, and one at least. A character has at most three bytes in JSON's UTF-8 for each of its own. */
function firstBatch(events: readonly PublishInput[]): PublishInput[] {
  let characters = 0;
  const end = events.findIndex((event) => (characters += JSON.stringify(event).length) > mostCharacters);
  return events.slice(0, end < 0 ? undefined : Math.max(1, end));
}

const longestKey = 255;

function keyAt(idempotencyKey: string | undefined, place: number): string | undefined {
  if (idempotencyKey === undefined || place === 0) return idempotencyKey;
  const key = `${idempotencyKey} #${place + 1}`;
  if (key.length > longestKey)
    throw new WrongUse('--idempotency-key is too long for so many events: give a shorter one');
  return key;
}

/** A delivery may be made a little after its id, or on a machine whose clock differs. */
const marginMs = 60_000;

/**
 * REST finds no deliveries by many ids. Most of those asked for have not finished, so the lists of such deliveries are
 * read over the time in which these were made; only what is missing there is read on its own.
 */
async function findDeliveries(
  belfry: Client,
  accountId: number,
  deliveryIds: readonly string[],
): Promise<readonly Delivery[]> {
  const times = deliveryIds.map(timeOfId);
  const missing = new Set(deliveryIds);
  const found: Delivery[] = [];
  const take = (delivery: Delivery) => {
    if (missing.delete(delivery.delivery_id)) found.push(delivery);
  };
  for (const status of ['sending', 'queued'] as const) {
    const from = new Date(Math.min(...times) - marginMs);
    const to = new Date(Math.max(...times) + marginMs);
    for (let cursor: string | undefined | null; cursor !== null && missing.size > 0;) {
      const page = await belfry.listDeliveries(accountId, { status, from, to, limit: 200, cursor });
      page.deliveries.forEach(take);
      cursor = page.next_cursor;
    }
  }
  for (const deliveryId of missing) {
    try {
      const { attempts: _attempts, ...delivery } = await belfry.getDelivery(accountId, deliveryId);
      take(delivery);
    } catch (error) {
      // It was erased, or is older than what is kept.
      if (!(error instanceof NotFound)) throw error;
    }
  }
  return found;
}

/** RFC 9562, section 5.7: a UUIDv7 begins with the milliseconds since 1970. */
function timeOfId(id: string): number {
  return Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
}
