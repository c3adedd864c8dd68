import { type Webhook, type WebhookOutcome, WebhookSender } from '@belfry/application';
import type { HttpService } from '@nestjs/axios';
import axios, { type AxiosRequestConfig } from 'axios';
import { firstValueFrom } from 'rxjs';
import { WebhookFault } from './webhook-fault.js';
import { type Answered, Destination, hostOf } from './webhook-transport.js';

/** HttpService makes a token for each request that has none, to cancel it on unsubscribing, which never happens here. */
const neverCancelled = new axios.CancelToken(() => {});

interface WebhookRequest extends AxiosRequestConfig<Buffer> {
  readonly destination: Destination;
}

/** Sends webhooks through an `HttpService` whose axios runs on a `WebhookTransport`. */
export class HttpWebhookSender extends WebhookSender {
  readonly #userAgent: string;

  constructor(
    private readonly http: HttpService,
    version: string,
  ) {
    super();
    this.#userAgent = `Belfry/${version}`;
  }

  /** As the port says. Throws for a URL that `parseWebhookUrl` would refuse. */
  override async send(webhook: Webhook): Promise<WebhookOutcome> {
    const url = parseStoredUrl(webhook.url);
    const body = Buffer.from(webhook.body, 'utf8');
    const headers = {
      'Content-Type': 'application/json',
      Accept: '*/*',
      'User-Agent': this.#userAgent,
      'Webhook-Id': webhook.eventId,
    };
    // The transport adds these two.
    const requestHeaders = { Host: hostOf(url), ...headers, 'Content-Length': String(body.length) };
    const request: WebhookRequest = {
      method: 'post',
      destination: new Destination(url, webhook.accountId, webhook.allowed),
      headers,
      data: body,
      cancelToken: neverCancelled,
    };
    try {
      const { data } = await firstValueFrom(this.http.request<Answered>(request));
      const { response, durationMs } = data;
      const isReceived = response.status >= 200 && response.status <= 299;
      return { reason: isReceived ? null : 'http_status', requestHeaders, response, durationMs };
    } catch (error) {
      if (error instanceof WebhookFault) {
        const { reason, answer, durationMs } = error;
        return { reason, requestHeaders, response: answer, durationMs };
      }
      throw error;
    }
  }
}

/** Node's own error of `new URL` carries the whole text, and with it the query, which is a secret. */
function parseStoredUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new Error('The stored webhook URL is not an HTTP URL.');
  return url;
}
