/** What the process measures, for Prometheus. Labels are words of our own: no name, address or id of anybody's. */
import {
  ActivityLog,
  StorageUnavailable,
  type DeliveryQueue,
  type Dispatcher,
  type RecordedOutcome,
} from '@belfry/application';
import { channels } from '@belfry/domain';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** From a hand-over in memory to an endpoint that takes its whole time, and mails that waited out an outage. */
const latencyBuckets = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 60, 600, 86_400,
];
const databaseBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];
const batchBuckets = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

interface Watched {
  readonly dispatcher: Dispatcher;
  readonly queue: DeliveryQueue;
}

/** Counts what the pipeline does. */
export class Metrics extends ActivityLog {
  readonly registry = new Registry();

  private readonly events = this.counter('belfry_events_accepted_total', 'Events stored.');
  private readonly deliveries = this.counter(
    'belfry_deliveries_planned_total',
    'Deliveries stored with their events.',
  );
  private readonly attempts = this.counter(
    'belfry_delivery_attempts_total',
    'Attempts by outcome: succeeded, failed, or retry (a mail that is tried again).',
    ['channel', 'outcome', 'reason'],
  );
  private readonly startDelay = this.histogram(
    'belfry_delivery_start_delay_seconds',
    'From the acceptance of an event to the start of the first attempt.',
    latencyBuckets,
    ['channel'],
  );
  private readonly duration = this.histogram(
    'belfry_delivery_attempt_duration_seconds',
    'From the start of an attempt to its end.',
    latencyBuckets,
    ['channel'],
  );
  private readonly interruptions = this.counter(
    'belfry_deliveries_swept_total',
    'Claims of dead workers ended, by what became of the delivery.',
    ['became'],
  );
  private readonly lateOutcomes = this.counter(
    'belfry_outcomes_dropped_total',
    'Outcomes whose claim had ended.',
  );
  private readonly troubles = this.counter(
    'belfry_troubles_total',
    'Faults that are tried again by themselves.',
  );
  private readonly batches = this.histogram('belfry_batch_size', 'Size of batches.', batchBuckets, [
    'operation',
  ]);
  private readonly database = this.histogram(
    'belfry_database_seconds',
    "Time of the pipeline's transactions, the wait for a connection included.",
    databaseBuckets,
    ['operation'],
  );
  private readonly inFlight = this.gauge(
    'belfry_deliveries_in_flight',
    'Deliveries under way in this process.',
    ['channel'],
  );
  private readonly queued = this.gauge(
    'belfry_deliveries_queued',
    "Deliveries that are due and wait for a worker, in all processes' queue.",
    ['channel'],
  );
  private readonly queueAge = this.gauge(
    'belfry_queue_age_seconds',
    "How long the oldest delivery that is due has been queued, in all processes' queue.",
    ['channel'],
  );
  private readonly databaseUp = this.gauge(
    'belfry_database_up',
    '1 while the database can be reached, otherwise 0.',
  );
  private watched: Watched | null = null;

  constructor() {
    super();
    collectDefaultMetrics({ register: this.registry });
  }

  /** Where what is read at the moment of a scrape comes from. */
  watch(dispatcher: Dispatcher, queue: DeliveryQueue): void {
    this.watched = { dispatcher, queue };
  }

  /** Everything, in Prometheus' text format. */
  async read(): Promise<string> {
    if (this.watched !== null) await this.lookAt(this.watched);
    return this.registry.metrics();
  }

  private async lookAt({ dispatcher, queue }: Watched): Promise<void> {
    const backlog = await queue.backlog().catch((error: unknown) => {
      if (error instanceof StorageUnavailable) return null;
      throw error;
    });
    this.databaseUp.set(backlog === null ? 0 : 1);
    for (const channel of channels) {
      this.inFlight.set({ channel }, dispatcher.inFlightOf(channel));
      if (backlog === null) {
        // Better nothing than what was so before the database went away.
        this.queued.remove({ channel });
        this.queueAge.remove({ channel });
      } else {
        this.queued.set({ channel }, backlog[channel].queued);
        this.queueAge.set({ channel }, backlog[channel].oldestSeconds);
      }
    }
  }

  override accepted(events: number, deliveries: number, databaseMs: number): void {
    this.events.inc(events);
    this.deliveries.inc(deliveries);
    this.measure('append', events, databaseMs);
  }

  override claimed(deliveries: number, databaseMs: number): void {
    this.measure('claim', deliveries, databaseMs);
  }

  override recordedBatch(outcomes: number, databaseMs: number): void {
    this.measure('record', outcomes, databaseMs);
  }

  override recorded({ delivery, attempt, next }: RecordedOutcome): void {
    const { channel } = delivery;
    const outcome = next.status === 'queued' ? 'retry' : next.status;
    const reason = next.status === 'failed' ? next.reason : (attempt.reason ?? 'none');
    this.attempts.inc({ channel, outcome, reason });
    this.duration.observe({ channel }, attempt.durationMs / 1000);
    if (delivery.attempt === 1) {
      const delayMs = attempt.startedAt.getTime() - delivery.createdAt.getTime();
      this.startDelay.observe({ channel }, Math.max(0, delayMs) / 1000);
    }
  }

  override dropped(): void {
    this.lateOutcomes.inc();
  }

  override swept(interrupted: number, requeued: number): void {
    this.interruptions.inc({ became: 'interrupted' }, interrupted);
    this.interruptions.inc({ became: 'queued' }, requeued);
  }

  override retired(): void {}

  override trouble(): void {
    this.troubles.inc();
  }

  private measure(operation: string, size: number, databaseMs: number): void {
    this.batches.observe({ operation }, size);
    this.database.observe({ operation }, databaseMs / 1000);
  }

  private counter<Label extends string = never>(
    name: string,
    help: string,
    labelNames: Label[] = [],
  ): Counter<Label> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  private gauge<Label extends string = never>(
    name: string,
    help: string,
    labelNames: Label[] = [],
  ): Gauge<Label> {
    return new Gauge({ name, help, labelNames, registers: [this.registry] });
  }

  private histogram<Label extends string>(
    name: string,
    help: string,
    buckets: number[],
    labelNames: Label[],
  ): Histogram<Label> {
    return new Histogram({ name, help, buckets, labelNames, registers: [this.registry] });
  }
}

/** Tells several logs of everything. */
export class ActivityLogs extends ActivityLog {
  constructor(private readonly logs: readonly ActivityLog[]) {
    super();
  }

  override accepted(...args: Parameters<ActivityLog['accepted']>): void {
    for (const log of this.logs) log.accepted(...args);
  }

  override claimed(...args: Parameters<ActivityLog['claimed']>): void {
    for (const log of this.logs) log.claimed(...args);
  }

  override recorded(...args: Parameters<ActivityLog['recorded']>): void {
    for (const log of this.logs) log.recorded(...args);
  }

  override recordedBatch(...args: Parameters<ActivityLog['recordedBatch']>): void {
    for (const log of this.logs) log.recordedBatch(...args);
  }

  override dropped(...args: Parameters<ActivityLog['dropped']>): void {
    for (const log of this.logs) log.dropped(...args);
  }

  override swept(...args: Parameters<ActivityLog['swept']>): void {
    for (const log of this.logs) log.swept(...args);
  }

  override retired(...args: Parameters<ActivityLog['retired']>): void {
    for (const log of this.logs) log.retired(...args);
  }

  override trouble(...args: Parameters<ActivityLog['trouble']>): void {
    for (const log of this.logs) log.trouble(...args);
  }
}
