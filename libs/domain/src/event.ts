/**
 * An event: one occurrence, with its payload. The bytes of the payload are fixed here, when the event is accepted, and
 * every delivery and redelivery sends the same ones.
 */
import type { Account } from './account.js';
import type { EventCatalogue, EventInput } from './event-catalogue.js';
import type { EventType } from './event-types.js';
import type { PlatformSite } from './fields.js';
import { parseWith, type Result } from './problem.js';

/** The most events that are published at once. */
export const maximumBatch = 1000;

/** An accepted event. */
export interface Event {
  /** A UUIDv7: events sort by the time of acceptance. */
  readonly eventId: string;
  readonly eventType: string;
  readonly environment: string;
  readonly accountId: number;
  readonly acceptedAt: Date;
  /** The webhook's body, compact JSON: common fields first, then the event type's in the catalogue's order. */
  readonly payload: string;
}

/** Where the platform's own pages and API are, without a trailing slash; links to runs begin with these. */
export type PlatformSites = Readonly<Record<PlatformSite, string>>;

/** What acceptance adds to what the publisher sent. */
export interface Acceptance {
  readonly eventId: string;
  readonly now: Date;
  readonly sites: PlatformSites;
  readonly catalogue: EventCatalogue;
}

/** Checks what a publisher sent, by the catalogue alone; answers every problem found, with pointers into the input. */
export function checkEvent(input: unknown, catalogue: EventCatalogue): Result<EventInput> {
  const key =
    typeof input === 'object' && input !== null ? (input as { event_type?: unknown }).event_type : undefined;
  return parseWith(catalogue.inputSchema(key), input);
}

/**
 * Makes the event of a checked input: fills in the account's name, the time of acceptance where the publisher gave no
 * timestamp, and the links the publisher left out, and fixes the payload's bytes.
 */
export function acceptEvent(input: EventInput, account: Account, acceptance: Acceptance): Event {
  const type = acceptance.catalogue.find(input.event_type);
  if (type === undefined)
    throw new Error(`event type ${input.event_type} was not checked against this catalogue`);
  return {
    eventId: acceptance.eventId,
    eventType: input.event_type,
    environment: input.environment,
    accountId: input.account_id,
    acceptedAt: acceptance.now,
    payload: writePayload(input, type, account, acceptance),
  };
}

function writePayload(input: EventInput, type: EventType, account: Account, acceptance: Acceptance): string {
  const payload: Record<string, string | number> = {
    event_type: input.event_type,
    environment: input.environment,
    account_id: input.account_id,
    account_name: account.accountName,
    timestamp: input.timestamp ?? acceptance.now.toISOString(),
  };
  for (const name in type.fields) {
    const { link } = type.fields[name]!;
    payload[name] =
      input.data[name] ?? acceptance.sites[link!.site] + fillIn(link!.path, input.data, encodeURIComponent);
  }
  return JSON.stringify(payload);
}

/** Fills `{field}` places of a template from `data`, each value passed through `encode`. */
export function fillIn(
  template: string,
  data: Readonly<Record<string, string | number>>,
  encode: (text: string) => string = (text) => text,
): string {
  return template.replace(/\{(\w+)\}/g, (_place, name: string) => encode(String(data[name])));
}

/** The sample account that examples name. */
const exampleAccount: Account = {
  accountId: 42,
  accountName: 'Acme Inc',
  primaryContact: { name: 'Pat Doe', email: 'pat@acme.example.com' },
};

/** The payload of an event type as the catalogue's example gives it, for descriptions and previews. */
export function samplePayload(
  type: EventType,
  catalogue: EventCatalogue,
  sites: PlatformSites,
  account: Account = exampleAccount,
): Readonly<Record<string, string | number>> {
  const input: EventInput = {
    event_type: type.key,
    environment: 'production',
    account_id: account.accountId,
    timestamp: '2026-11-24T12:00:00.000Z',
    data: type.example,
  };
  const acceptance = { eventId: '', now: new Date(0), sites, catalogue };
  return JSON.parse(acceptEvent(input, account, acceptance).payload) as Readonly<
    Record<string, string | number>
  >;
}
