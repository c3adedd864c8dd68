import { ActivityLog, type RecordedOutcome } from '@belfry/application';
import type { Logger } from 'pino';

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

  override swept(interrupted: number, requeued: number): void {
    this.logger.warn({ interrupted, requeued }, 'claims of dead workers ended');
  }

  override retired(events: number): void {
    this.logger.info({ events }, 'events older than the retention deleted');
  }

  override trouble(doing: string, error: unknown): void {
    this.logger.error({ error: describe(error) }, `trouble while ${doing}`);
  }
}

/** An error's name, message and cause: what drivers put beside them may hold a statement's parameters. */
function describe(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, cause } = error;
  const code = (error as { code?: unknown }).code;
  return {
    name,
    message,
    ...(code === undefined ? {} : { code }),
    ...(cause === undefined ? {} : { cause: describe(cause) }),
  };
}
