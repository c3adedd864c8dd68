/** For tests of receivers: genuine webhooks, signed and unsigned. */
import type { Payload } from './payloads.js';
import { samplePayloads } from './samples.js';
import { importKey, keyBytes, sign, signedContent } from './signature.js';

export { samplePayloads } from './samples.js';

/** A webhook as it would arrive. */
export interface SampleWebhook {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a sample is made of; a secret signs it. */
export interface SampleOptions {
  /** `whsec_…`; the webhook is unsigned where it is absent. */
  readonly secret?: string;
  /** The time of the attempt; now if absent. */
  readonly at?: Date;
  /** The event's id; a new one if absent. */
  readonly webhookId?: string;
}

/**
 * A webhook of one event type, as Belfry sends it.
 *
 * ```ts
 * import { createReceiver } from '@belfry/receiver';
 * import { sampleWebhook } from '@belfry/receiver/testing';
 *
 * const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
 * const { headers, body } = await sampleWebhook('run_failed', { secret });
 * const payload = await createReceiver({ secrets: [secret] }).verify(body, headers);
 * console.log(payload.event_type); // run_failed
 * ```
 */
export async function sampleWebhook(
  eventType: Payload['event_type'],
  options: SampleOptions = {},
): Promise<SampleWebhook> {
  const { secret, at = new Date(), webhookId = crypto.randomUUID() } = options;
  const body = JSON.stringify(samplePayloads[eventType]);
  const headers = { 'content-type': 'application/json', 'webhook-id': webhookId };
  if (secret === undefined) return { headers, body };
  const timestamp = String(Math.floor(at.getTime() / 1_000));
  const content = signedContent(webhookId, timestamp, new TextEncoder().encode(body));
  const signature = await sign(content, await importKey(keyBytes(secret)));
  return { headers: { ...headers, 'webhook-timestamp': timestamp, 'webhook-signature': signature }, body };
}
