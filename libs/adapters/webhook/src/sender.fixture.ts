/** Senders as the module makes them, with a resolver of the test's own. */
import type { Webhook } from '@belfry/application';
import { publicDestinationsOnly, type AllowedDestinations } from '@belfry/domain';
import { HttpService } from '@nestjs/axios';
import axios from 'axios';
import { withoutDefaults } from './axios-defaults.js';
import { HttpWebhookSender } from './http-webhook-sender.js';
import { type NameAnswer, startNameServer, stopNameServers } from './names/name-server.fixture.js';
import { type TransportOptions, WebhookTransport } from './webhook-transport.js';

export const loopbackAllowed: AllowedDestinations = { ...publicDestinationsOnly, cidrs: ['127.0.0.0/8'] };

const transports: WebhookTransport[] = [];

/** A sender with a time-out of 5 s, unless the test sets another, and its transport. */
export function createSender(options: Partial<TransportOptions> = {}) {
  const transport = new WebhookTransport({ timeoutMs: 5_000, ...options });
  transports.push(transport);
  const http = withoutDefaults(new HttpService(axios.create({ adapter: transport.adapter })));
  return { sender: new HttpWebhookSender(http, '1.2.3'), transport };
}

/** Closes the connections of all senders that were created, and the name servers. */
export async function closeSenders(): Promise<void> {
  for (const transport of transports.splice(0)) await transport.close();
  stopNameServers();
}

export function webhookTo(url: string, more: Partial<Webhook> = {}): Webhook {
  const eventId = '01932f6e-7c00-7000-8000-000000000001';
  const body = '{"event_type":"run_failed"}';
  return { url, accountId: 1, body, eventId, allowed: loopbackAllowed, ...more };
}

/** A name server that says of each name what `answerTo` says at that moment; its answers are not to be kept. */
export async function namesBy(answerTo: (name: string) => NameAnswer) {
  const { address } = await startNameServer(answerTo, 0);
  return { servers: [address] };
}

/** Sends one webhook there, and waits until its connection has been watched: from then on connections are used again. */
export async function makeKnown(
  { sender, transport }: ReturnType<typeof createSender>,
  url: string,
): Promise<void> {
  await sender.send(webhookTo(url));
  while (transport.openConnections > 0) await oneTurn();
}

/** One turn of the event loop. */
export function oneTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
