import {
  ActivityLog,
  type EndedDelivery,
  type RecordedOutcome,
  type SweptDeliveries,
} from '@belfry/application';
import type { Logger } from 'pino';
import { loggableError } from './loggable-error.js';

/** Writes what the pipeline does as structured log lines. Destinations and payloads stay out of them. */
export class PinoActivityLog extends ActivityLog {
  constructor(private readonly logger: Logger) {
    super();
  }

  override accepted(events: number, deliveries: number): void {
    this.logger.debug({ events, deliveries }, 'events accepted');
  }

  override claimed(): void {}

  override recordedBatch(): void {}

  override recorded({ delivery, attempt, next }: RecordedOutcome): void {
    const fields = {
      account_id: delivery.accountId,
      event_id: delivery.eventId,
      event_type: delivery.eventType,
      delivery_id: delivery.deliveryId,
      channel: delivery.channel,
      attempt: delivery.attempt,
      outcome: attempt.outcome,
      reason: attempt.reason,
      response_status: attempt.response?.status ?? null,
      duration_ms: attempt.durationMs,
    };
    if (next.status === 'succeeded') this.logger.info(fields, 'delivery succeeded');
    else if (next.status === 'failed')
      this.logger.warn({ ...fields, reason: next.reason }, 'delivery failed');
    else this.logger.warn({ ...fields, retry_in_ms: next.retryInMs }, 'delivery will be tried again');
  }

  override dropped(deliveryId: string): void {
    this.logger.warn({ delivery_id: deliveryId }, 'outcome dropped: its lease had ended');
  }

  override swept({ interrupted, requeued }: SweptDeliveries): void {
    interrupted.forEach(this.warning('delivery interrupted: its worker died while sending'));
    requeued.forEach(this.warning('delivery will be tried again: its worker died while sending'));
  }

  override turnedOff(deliveries: readonly EndedDelivery[]): void {
    deliveries.forEach(
      this.warning('delivery failed: its event type was turned off, or the endpoint removed'),
    );
  }

  override retired(events: number): void {
    this.logger.info({ events }, 'events past their retention deleted');
  }

  override failed(doing: string, error: unknown): void {
    this.logger.error({ error: loggableError(error) }, `failed while ${doing}`);
  }

  private warning(message: string) {
    return ({ accountId, eventId, deliveryId }: EndedDelivery) =>
      this.logger.warn({ account_id: accountId, event_id: eventId, delivery_id: deliveryId }, message);
  }
}
