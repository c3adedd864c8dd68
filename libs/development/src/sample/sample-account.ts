/**
 * The sample account of a development set-up: what a newcomer publishes a first event for. Its webhooks go to the
 * development endpoint, which the address guard opens to this account alone.
 */
import {
  ManageAccounts,
  ManageSettings,
  AccountStore,
  ApiKeys,
  Clock,
  Portal,
  type Principal,
} from '@belfry/application';
import { EventCatalogue, scopes, type PlatformSites } from '@belfry/domain';
import type { INestApplicationContext } from '@nestjs/common';
import { storeSampleDeliveries } from './sample-deliveries.js';

/** The sample account's id. */
export const sampleAccountId = 1000;

/** The address of the development endpoint: on loopback, whatever the public address is. */
export function developmentEndpoint({
  host,
  port,
}: {
  readonly host: string;
  readonly port: number;
}): string {
  const local =
    host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : host.includes(':') ? `[${host}]` : host;
  return `http://${local}:${port}/dev/endpoint`;
}

/** Whoever starts the process for the first time. */
const newcomer: Principal = { kind: 'operator', id: 'seed', accountId: null, scopes: new Set(scopes) };

/** What the sample account is made with. */
export interface SampleOptions {
  /** The development endpoint, as this process reaches it. */
  readonly endpoint: string;
  /** Where links in payloads lead. */
  readonly sites: PlatformSites;
  /** Our own version, for the `User-Agent` of made-up webhooks. */
  readonly version: string;
}

/** What `seedSampleAccount` did. */
export interface SeededAccount {
  readonly accountId: number;
  /** A key with all scopes, to be shown once; null where the account was there before. */
  readonly apiKey: string | null;
  /** The secret of a link that opens the account's admin page, once. */
  readonly linkSecret: string;
}

/** Makes the sample account with a day of sample deliveries, or leads its webhooks to the development endpoint of this process where it is there already. */
export async function seedSampleAccount(
  app: INestApplicationContext,
  { endpoint, sites, version }: SampleOptions,
): Promise<SeededAccount> {
  const settings = app.get(ManageSettings);
  if ((await app.get(AccountStore).find(sampleAccountId)) !== null) {
    expect(await settings.change(sampleAccountId, { webhook_url: endpoint }, 'merge', newcomer), 'changed');
    return { accountId: sampleAccountId, apiKey: null, linkSecret: await openPage(app) };
  }
  expect(
    await app.get(ManageAccounts).put(
      sampleAccountId,
      {
        account_name: 'Acme Inc',
        primary_contact: { name: 'Pat Doe', email: 'pat@acme.example.com' },
      },
      newcomer,
    ),
    'created',
  );
  const everything = { send_webhook: true, email_subscribers: 'ops@acme.example.com' };
  const events = Object.fromEntries(app.get(EventCatalogue).keys.map((key) => [key, everything]));
  expect(
    await settings.change(sampleAccountId, { webhook_url: endpoint, events }, 'replace', newcomer),
    'changed',
  );

  const made = await app.get(ApiKeys).create({ name: 'First key', accountId: null, scopes }, newcomer);
  expect(made, 'created');
  await storeSampleDeliveries(app, sampleAccountId, { sites, version, now: app.get(Clock).now() });
  return {
    accountId: sampleAccountId,
    apiKey: made.status === 'created' ? made.key : null,
    linkSecret: await openPage(app),
  };
}

async function openPage(app: INestApplicationContext): Promise<string> {
  const link = await app.get(Portal).createLink(sampleAccountId, null, newcomer);
  if (link.status !== 'created') throw new Error('the sample account is gone');
  return link.secret;
}

function expect(result: { readonly status: string }, status: string): void {
  if (result.status !== status)
    throw new Error(`the sample account could not be made: ${JSON.stringify(result)}`);
}
