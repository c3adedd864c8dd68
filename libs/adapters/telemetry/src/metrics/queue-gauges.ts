import { StorageUnavailable, type DeliveryQueue } from '@belfry/application';
import { channels } from '@belfry/domain';
import type { Instruments } from './instruments.js';

/** What waits in the queue of all processes, and whether the database can be asked. */
export class QueueGauges {
  private readonly queued;
  private readonly queueAge;
  private readonly waitingForRetry;
  private readonly databaseUp;

  constructor(make: Instruments) {
    this.queued = make.gauge(
      'belfry_deliveries_queued',
      'Deliveries that are due and wait for a worker, across all processes.',
      ['channel'],
    );
    this.queueAge = make.gauge(
      'belfry_queue_age_seconds',
      'How long the oldest delivery that is due has been queued, across all processes.',
      ['channel'],
    );
    this.waitingForRetry = make.gauge(
      'belfry_mails_waiting_for_retry',
      'Mails that met a temporary failure and will be tried again, across all processes.',
    );
    this.databaseUp = make.gauge('belfry_database_up', '1 while the database can be reached, otherwise 0.');
  }

  /** Sets the gauges to what the queue says now. */
  async lookAt(queue: DeliveryQueue): Promise<void> {
    const backlog = await queue.backlog().catch((error: unknown) => {
      if (error instanceof StorageUnavailable) return null;
      throw error;
    });
    this.databaseUp.set(backlog === null ? 0 : 1);
    if (backlog === null) {
      // Better nothing than what was so before the database went away.
      for (const gauge of [this.queued, this.queueAge, this.waitingForRetry]) gauge.reset();
      return;
    }
    for (const channel of channels) {
      this.queued.set({ channel }, backlog[channel].queued);
      this.queueAge.set({ channel }, backlog[channel].oldestSeconds);
    }
    this.waitingForRetry.set(backlog.email.waitingForRetry);
  }
}
