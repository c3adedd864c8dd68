import { ActivityLog, type RecordedOutcome, type SweptDeliveries } from '@belfry/application';
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
    this.logger.warn({ delivery_id: deliveryId }, 'outcome dropped: the claim had ended');
  }

  override swept({ interrupted, requeued }: SweptDeliveries): void {
    const line = (message: string) => (swept: SweptDeliveries['interrupted'][number]) =>
      this.logger.warn(
        { account_id: swept.accountId, event_id: swept.eventId, delivery_id: swept.deliveryId },
        message,
      );
    interrupted.forEach(line('delivery interrupted: its worker died while sending'));
    requeued.forEach(line('delivery will be tried again: its worker died while sending'));
  }

  override retired(events: number): void {
    this.logger.info({ events }, 'events older than the retention deleted');
  }

  override trouble(doing: string, error: unknown): void {
    this.logger.error({ error: loggableError(error) }, `trouble while ${doing}`);
  }
}
