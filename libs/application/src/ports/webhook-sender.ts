import type { AllowedDestinations, WebhookFailure } from '@belfry/domain';
import type { AttemptResponse } from './delivery-log.js';

/** One webhook to be sent. */
export interface Webhook {
  readonly url: string;
  /** On whose behalf: what an endpoint's name costs to look up counts against this account. */
  readonly accountId: number;
  /** Sent as it stands, byte for byte. */
  readonly body: string;
  /** Becomes the `Webhook-Id` header, by which receivers can drop doubles. */
  readonly eventId: string;
  /** What may be reached although it is not public. */
  readonly allowed: AllowedDestinations;
}

/** The result of sending a webhook. */
export interface WebhookOutcome {
  readonly reason: WebhookFailure | null;
  /** The headers that were sent. */
  readonly requestHeaders: Readonly<Record<string, string>>;
  /** What came back; null where nothing did. */
  readonly response: AttemptResponse | null;
  /** Milliseconds from the first try to connect to the end; of the look-up, where the name was not found. No wait for ourselves counts. */
  readonly durationMs: number;
}

/** Sends webhooks. */
export abstract class WebhookSender {
  /**
   * Sends one POST request, once: no redirect is followed, nothing is tried again. Succeeds on 2xx; every fault of the
   * endpoint or the network on the way is an outcome, never an exception, and comes by the time-out at the latest. The time-out runs from when
   * the endpoint's address is known; the look-up has its own limit.
   */
  abstract send(webhook: Webhook): Promise<WebhookOutcome>;
}
