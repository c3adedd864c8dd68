/** Senders as the module makes them, with a resolver of the test's own. */
import type { Webhook } from '@belfry/application';
import { publicDestinationsOnly, type AllowedDestinations } from '@belfry/domain';
import { HttpService } from '@nestjs/axios';
import axios from 'axios';
import type { LookupFunction } from 'node:net';
import { withoutDefaults } from './axios-defaults.js';
import { HttpWebhookSender } from './http-webhook-sender.js';
import type { ConnectionOptions } from './webhook-agents.js';
import { WebhookTransport } from './webhook-transport.js';

export const loopbackAllowed: AllowedDestinations = { ...publicDestinationsOnly, cidrs: ['127.0.0.0/8'] };

const transports: WebhookTransport[] = [];

/** A sender with a time-out of 5 s, unless the test sets another, and its transport. */
export function createSender(options: Partial<ConnectionOptions> = {}) {
  const transport = new WebhookTransport({ timeoutMs: 5_000, ...options });
  transports.push(transport);
  const http = withoutDefaults(new HttpService(axios.create({ adapter: transport.adapter })));
  return { sender: new HttpWebhookSender(http, '1.2.3'), transport };
}

/** Closes the connections of all senders that were created. */
export async function closeSenders(): Promise<void> {
  for (const transport of transports.splice(0)) await transport.close();
}

export function webhookTo(url: string, more: Partial<Webhook> = {}): Webhook {
  const eventId = '01932f6e-7c00-7000-8000-000000000001';
  return { url, body: '{"event_type":"run_failed"}', eventId, allowed: loopbackAllowed, ...more };
}

/** Resolves each name to the addresses that `addressesOf` gives at that moment. */
export function resolver(addressesOf: (name: string) => readonly string[]): LookupFunction {
  return (name, _options, callback) => {
    const found = addressesOf(name).map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    process.nextTick(callback, null, found);
  };
}

/** One turn of the event loop: undici waits as long before it uses a connection again. */
export function oneTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
