/** How a claimed delivery is carried out on each channel: calls the port, and says what the delivery becomes. */
import { pauseBeforeNextMail, type Channel } from '@belfry/domain';
import { newId } from '../identifiers.js';
import type { Destinations } from '../destinations.js';
import type { Clock } from '../ports/clock.js';
import type { Attempt } from '../ports/delivery-log.js';
import type { ClaimedDelivery, RecordedOutcome } from '../ports/delivery-queue.js';
import type { Mailer } from '../ports/mailer.js';
import type { WebhookSender } from '../ports/webhook-sender.js';

/** What carries deliveries out: the channels, or what a composition puts around them. */
export type Deliverer = Pick<DeliveryChannels, 'deliver'>;

/** Carries deliveries out. */
export class DeliveryChannels {
  constructor(
    private readonly webhooks: WebhookSender,
    private readonly mailer: Mailer,
    private readonly destinations: Destinations,
    private readonly clock: Clock,
  ) {}

  /** Makes one attempt and answers what came of it. */
  deliver(delivery: ClaimedDelivery): Promise<RecordedOutcome> {
    const by: Record<Channel, () => Promise<RecordedOutcome>> = {
      webhook: () => this.sendWebhook(delivery),
      email: () => this.sendMail(delivery),
    };
    return by[delivery.channel]();
  }

  private async sendWebhook(delivery: ClaimedDelivery): Promise<RecordedOutcome> {
    const { reason, requestHeaders, response, durationMs } = await this.webhooks.send({
      url: delivery.destination,
      accountId: delivery.accountId,
      body: delivery.payload,
      eventId: delivery.eventId,
      allowed: this.destinations.for(delivery.accountId),
    });
    const attempt = this.attempt(
      Math.round(durationMs),
      reason,
      { headers: requestHeaders, body: delivery.payload },
      response,
    );
    return {
      delivery,
      attempt,
      next: reason === null ? { status: 'succeeded' } : { status: 'failed', reason },
    };
  }

  private async sendMail(delivery: ClaimedDelivery): Promise<RecordedOutcome> {
    const askedAt = this.clock.now();
    const { result, reason, request, response, detail, pauses, waitedMs } = await this.mailer.send({
      deliveryId: delivery.deliveryId,
      eventId: delivery.eventId,
      accountId: delivery.accountId,
      recipient: delivery.destination,
      recipientRole: delivery.recipientRole!,
      eventType: delivery.eventType,
      payload: delivery.payload,
    });
    const tookMs = Math.max(0, Math.round(this.clock.now().getTime() - askedAt.getTime() - waitedMs));
    const attempt = { ...this.attempt(tookMs, reason, request, response), detail };
    if (result === 'accepted') return { delivery, attempt, next: { status: 'succeeded' } };
    if (result === 'permanent')
      return { delivery, attempt, next: { status: 'failed', reason: reason ?? 'rejected' } };
    const retryInMs = pauseBeforeNextMail(delivery.attempt, delivery.createdAt, this.clock.now(), pauses);
    return {
      delivery,
      attempt,
      next: retryInMs === null ? { status: 'failed', reason: 'expired' } : { status: 'queued', retryInMs },
    };
  }

  private attempt(
    durationMs: number,
    reason: Attempt['reason'],
    request: Attempt['request'],
    response: Attempt['response'],
  ): Attempt {
    return {
      attemptId: newId(),
      startedAt: new Date(this.clock.now().getTime() - durationMs),
      durationMs,
      outcome: reason === null ? 'succeeded' : 'failed',
      reason,
      request,
      response,
    };
  }
}
