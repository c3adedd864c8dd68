/** A typed client, made from the routes: a method for each, named by its operationId. */
import type { z } from 'zod';
import { pageSizes } from '../paging.js';
import { parameterNames, type AnswerOf, type Route, type SentBodyOf } from '../route.js';
import { routes, type OperationId } from '../routes.js';
import { exchangeWith, type ClientOptions, type PreparedRequest } from './exchange.js';

type Routes = typeof routes;

/** The arguments that fill in a path, in its order: an account's id is a number, every other id is text. */
type PathArguments<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? [Name extends 'account_id' ? number : string, ...PathArguments<Rest>]
  : [];

type BodyArguments<Entry extends Route> = Entry extends { readonly body: z.ZodType }
  ? undefined extends SentBodyOf<Entry>
    ? [body?: SentBodyOf<Entry>]
    : [body: SentBodyOf<Entry>]
  : [];

/** The parameters of a query; times may be `Date`s. */
type SentQuery<Entry extends Route> = Entry extends { readonly query: infer Query extends z.ZodObject }
  ? {
      readonly [Name in keyof z.input<Query>]?:
        | (Name extends 'limit' ? number : Name extends 'from' | 'to' ? string | Date : z.input<Query>[Name])
        | undefined;
    }
  : unknown;

/** `If-Match` is called `ifMatch`. */
type OptionName<Header extends string> = Header extends `${infer First}-${infer Rest}`
  ? `${Uncapitalize<First>}${Rest}`
  : never;

type SentHeaders<Entry extends Route> = Entry extends {
  readonly headers: readonly (infer Header extends string)[];
}
  ? { readonly [Name in Header as OptionName<Name>]?: string | undefined }
  : unknown;

type CallOptions<Entry extends Route> = SentQuery<Entry> &
  SentHeaders<Entry> & {
    /** Ends the call: the request, or the wait for the next try. */
    readonly signal?: AbortSignal | undefined;
  };

type Method<Entry extends Route> = (
  ...args: [
    ...PathArguments<Entry['path']>,
    ...BodyArguments<Entry>,
    options?: CallOptions<Entry> | undefined,
  ]
) => Promise<AnswerOf<Entry>>;

/** What a page of a list holds. */
type ItemOf<Page> = {
  [Field in keyof Page]: Page[Field] extends readonly (infer Item)[] ? Item : never;
}[keyof Page];

type ListName<Id> = Id extends `list${infer Name}` ? Uncapitalize<Name> : never;

type Items<Entry extends Route> = (
  ...args: [...PathArguments<Entry['path']>, options?: CallOptions<Entry> | undefined]
) => AsyncGenerator<ItemOf<AnswerOf<Entry>>, void, undefined>;

/**
 * A client of the API. Each operation is a method of the name of its operationId: `getSettings`, `publishEvent`. Its
 * arguments are the parameters of the path, in order, then the body if there is one, then an object with the query's
 * parameters, the headers (`idempotencyKey`, `ifMatch`) and a `signal` that ends the call. Each list that comes in pages
 * has a second method without `list` that goes through all pages: `deliveries`, `events`, `accounts`, `apiKeys`, `auditLog`.
 *
 * ```ts
 * import type { Client, Delivery } from '@belfry/contract';
 *
 * async function failed(belfry: Client, accountId: number): Promise<Delivery[]> {
 *   const found: Delivery[] = [];
 *   for await (const delivery of belfry.deliveries(accountId, { status: 'failed' })) found.push(delivery);
 *   return found;
 * }
 * ```
 */
export type Client = {
  readonly [Id in OperationId]: Method<Routes[Id]>;
} & {
  readonly [
    Id in OperationId as AnswerOf<Routes[Id]> extends { readonly next_cursor: string | null }
      ? ListName<Id>
      : never
  ]: Items<Routes[Id]>;
};

/**
 * Makes a client. Throws `TypeError` where the URL or the key cannot be right. A refused call rejects with
 * `ProblemError`, one without an answer with `NoAnswerError`. What is refused with 429 or 503 is tried again when
 * `Retry-After` says, at most five times. A publish has an idempotency key, made here where none is given: it is stored
 * once, however often it is tried.
 *
 * ```ts
 * import { createClient } from '@belfry/contract';
 *
 * const belfry = createClient({ url: 'https://belfry.example.com', key: 'an API key' });
 * const { event_id } = await belfry.publishEvent({
 *   event_type: 'integration_created',
 *   environment: 'production',
 *   account_id: 42,
 *   data: { integration_id: 3, integration_name: 'CRM sync' },
 * });
 * for await (const delivery of belfry.deliveries(42, { event_id })) console.log(delivery.destination, delivery.status);
 * ```
 */
export function createClient(options: ClientOptions): Client {
  const exchange = exchangeWith(options);
  const methods: Record<string, unknown> = {};
  for (const [id, entry] of Object.entries<Route>(routes)) {
    const call: Call = async (...args) => exchange(requestOf(id, entry, args));
    methods[id] = call;
    if (entry.query !== undefined && 'cursor' in entry.query.shape)
      methods[listNameOf(id)] = (...args: readonly unknown[]) =>
        everyItem(call, args, parameterNames(entry).length);
  }
  return methods as Client;
}

type Call = (...args: readonly unknown[]) => Promise<unknown>;

function listNameOf(id: string): string {
  const name = id.slice('list'.length);
  return name[0]!.toLowerCase() + name.slice(1);
}

/** The items of a list from page to page, each read once the one before has been used up. */
async function* everyItem(call: Call, args: readonly unknown[], inPath: number): AsyncGenerator {
  const options = { limit: pageSizes.most, ...(args[inPath] as object | undefined) };
  let next: { readonly cursor?: string } = {};
  for (;;) {
    const page = (await call(...args.slice(0, inPath), { ...options, ...next })) as Record<string, unknown>;
    yield* Object.values(page).find(Array.isArray) as unknown[];
    if (typeof page['next_cursor'] !== 'string') return;
    next = { cursor: page['next_cursor'] };
  }
}

type GivenOptions = Readonly<Record<string, string | number | Date | undefined>> & {
  readonly signal?: AbortSignal | undefined;
};

function requestOf(id: string, entry: Route, args: readonly unknown[]): PreparedRequest {
  const rest = [...args];
  const path = entry.path.replace(/\{(\w+)\}/g, (_all, name: string) => pathSegment(id, name, rest.shift()));
  const body = entry.body === undefined ? undefined : rest.shift();
  const { signal, ...options } = (rest.shift() ?? {}) as GivenOptions;

  const query = new URLSearchParams();
  for (const name of Object.keys(entry.query?.shape ?? {})) {
    const value = options[name];
    if (value !== undefined) query.set(name, value instanceof Date ? value.toISOString() : String(value));
  }
  const headers: Record<string, string> = {};
  for (const name of entry.headers ?? []) {
    const value = options[optionOf(name)] ?? (name === 'Idempotency-Key' ? madeKey() : undefined);
    if (value !== undefined) headers[name] = String(value);
  }
  return {
    entry,
    target: query.size === 0 ? path : `${path}?${query.toString()}`,
    headers,
    body,
    signal,
  };
}

/** What is empty, or only dots, would lead to another place than the one meant. */
function pathSegment(id: string, name: string, value: unknown): string {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  if (/^\.{0,2}$/.test(text)) throw new TypeError(`${id} needs ${name}: it is missing, or cannot be right`);
  return encodeURIComponent(text);
}

/** The name of the option that fills a header: `If-Match` is `ifMatch`. */
function optionOf(header: string): string {
  return header[0]!.toLowerCase() + header.slice(1).replaceAll('-', '');
}

/** Not `crypto.randomUUID`: a browser has that only in pages that came over https. */
function madeKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
