/** A webhook as the development endpoint received it. */
export interface ReceivedWebhook {
  readonly receivedAt: Date;
  readonly method: string;
  readonly path: string;
  /** Names as they were sent, in their order. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** How many webhooks are kept. */
const kept = 200;

/** What the development endpoint received since the process started, newest first. */
export class ReceivedWebhooks {
  private readonly received: ReceivedWebhook[] = [];

  add(webhook: ReceivedWebhook): void {
    this.received.unshift(webhook);
    if (this.received.length > kept) this.received.pop();
  }

  list(): readonly ReceivedWebhook[] {
    return this.received;
  }
}
