/**
 * What the process measures, for Prometheus; docs/operations/metrics.md says what each is good for. Labels are words of
 * our own: no name, address or id of anybody's.
 */
import {
  ActivityLog,
  type DeliveryQueue,
  type Dispatcher,
  type EndedDelivery,
  type EventIntake,
  type RecordedOutcome,
  type SweptDeliveries,
} from '@belfry/application';
import { channels, unsent, webhookFailures } from '@belfry/domain';
import { collectDefaultMetrics } from 'prom-client';
import { Instruments } from './instruments.js';
import { QueueGauges } from './queue-gauges.js';

/** From a hand-over in memory to an endpoint that takes its whole time, and mails that waited out an outage. */
const latencyBuckets = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 60, 600, 86_400,
];
/** What may come of an attempt, beside its success. */
const failures = [
  ...[...webhookFailures, unsent].map((reason) => ({ channel: 'webhook', outcome: 'failed', reason })),
  ...['rejected', 'expired'].map((reason) => ({ channel: 'email', outcome: 'failed', reason })),
  ...['temporary', 'connection'].map((reason) => ({ channel: 'email', outcome: 'retry', reason })),
];
const requestBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15];
const databaseBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];
const batchBuckets = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

/** Counts what the process does. */
export class Metrics extends ActivityLog {
  private readonly make = new Instruments();
  readonly registry = this.make.registry;

  private readonly requests = this.make.histogram(
    'belfry_http_request_duration_seconds',
    'From the arrival of a request to the end of its answer. Health and metrics are not counted.',
    requestBuckets,
    ['method', 'route', 'status'],
  );
  private readonly bodyBytes = this.make.counter(
    'belfry_request_body_bytes_read_total',
    'Bytes of request bodies read. Requests refused by their headers do not count.',
  );
  private readonly events = this.make.counter('belfry_events_accepted_total', 'Events stored.');
  private readonly retiredEvents = this.make.counter(
    'belfry_events_retired_total',
    'Events deleted because they were past their retention.',
  );
  private readonly deliveries = this.make.counter(
    'belfry_deliveries_planned_total',
    'Deliveries stored with their events.',
  );
  private readonly attempts = this.make.counter(
    'belfry_delivery_attempts_total',
    'Attempts by outcome: succeeded, failed, or retry (a mail that is tried again).',
    ['channel', 'outcome', 'reason'],
  );
  private readonly startDelay = this.make.histogram(
    'belfry_delivery_start_delay_seconds',
    'From the acceptance of an event to the start of the first attempt.',
    latencyBuckets,
    ['channel'],
  );
  private readonly duration = this.make.histogram(
    'belfry_delivery_attempt_duration_seconds',
    'From the start of an attempt to its end.',
    latencyBuckets,
    ['channel'],
  );
  private readonly sweptDeliveries = this.make.counter(
    'belfry_deliveries_swept_total',
    'Claims of dead workers that were ended, by what happened to the delivery.',
    ['became'],
  );
  private readonly lateOutcomes = this.make.counter(
    'belfry_outcomes_dropped_total',
    'Outcomes dropped because their claim had ended.',
  );
  private readonly troubles = this.make.counter(
    'belfry_troubles_total',
    'Faults after which the work is retried automatically.',
  );
  private readonly batches = this.make.histogram('belfry_batch_size', 'Size of batches.', batchBuckets, [
    'operation',
  ]);
  private readonly database = this.make.histogram(
    'belfry_database_seconds',
    "Duration of the pipeline's transactions, including the wait for a connection.",
    databaseBuckets,
    ['operation'],
  );
  private readonly queueGauges = new QueueGauges(this.make);
  private queue: DeliveryQueue | null = null;

  constructor(version: string, role: string) {
    super();
    collectDefaultMetrics({ register: this.registry });
    this.make
      .gauge('belfry_build_info', 'Always 1: which version runs, in which role.', ['version', 'role'])
      .set({ version, role }, 1);
    // A count that appears with its first 1 hides that 1 from Prometheus' rate(): these are there from the start.
    for (const became of ['interrupted', 'queued']) this.sweptDeliveries.inc({ became }, 0);
    for (const channel of channels) this.attempts.inc({ channel, outcome: 'succeeded', reason: 'none' }, 0);
    for (const failure of failures) this.attempts.inc(failure, 0);
  }

  /** Where the gauges of deliveries under way in this process come from. */
  watchDispatcher(dispatcher: Dispatcher): void {
    this.make.gauge('belfry_dispatcher_running', '1 while this process starts deliveries.', [], function () {
      this.set(dispatcher.isRunning ? 1 : 0);
    });
    this.make.gauge(
      'belfry_deliveries_in_flight',
      'Deliveries under way in this process.',
      ['channel'],
      function () {
        for (const channel of channels) this.set({ channel }, dispatcher.inFlightOf(channel));
      },
    );
    this.make.gauge(
      'belfry_deliveries_in_flight_limit',
      'How many deliveries may be under way in this process.',
      ['channel'],
      function () {
        for (const channel of channels) this.set({ channel }, dispatcher.limitOf(channel));
      },
    );
    this.make.gauge(
      'belfry_outcomes_waiting',
      'Outcomes in memory that wait to be recorded.',
      [],
      function () {
        this.set(dispatcher.outcomesWaiting);
      },
    );
  }

  /** Where the gauge of what the bodies of requests hold in memory comes from. */
  watchBodies(held: () => number): void {
    this.make.gauge(
      'belfry_request_body_bytes_held',
      'Memory taken by the bodies of requests that have not been answered yet.',
      [],
      function () {
        this.set(held());
      },
    );
  }

  /** Where the gauge of what waits to be stored comes from. */
  watchIntake(intake: EventIntake): void {
    this.make.gauge('belfry_events_waiting', 'Events in memory that wait to be stored.', [], function () {
      this.set(intake.waitingCount);
    });
  }

  /** Where the gauges of the queue come from. */
  watchQueue(queue: DeliveryQueue): void {
    this.queue = queue;
  }

  /** Everything, in Prometheus' text format. */
  async read(): Promise<string> {
    if (this.queue !== null) await this.queueGauges.lookAt(this.queue);
    return this.registry.metrics();
  }

  /** So many bytes of the body of a request were read. */
  bodyRead(bytes: number): void {
    this.bodyBytes.inc(bytes);
  }

  /** A request was answered. `route` is the route's pattern, as there are few of them. */
  answered(method: string, route: string, status: number, seconds: number): void {
    this.requests.observe({ method, route, status }, seconds);
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

  override swept({ interrupted, requeued }: SweptDeliveries): void {
    this.sweptDeliveries.inc({ became: 'interrupted' }, interrupted.length);
    this.sweptDeliveries.inc({ became: 'queued' }, requeued.length);
  }

  override turnedOff(deliveries: readonly EndedDelivery[]): void {
    this.attempts.inc({ channel: 'webhook', outcome: 'failed', reason: unsent }, deliveries.length);
  }

  override retired(events: number): void {
    this.retiredEvents.inc(events);
  }

  override failed(): void {
    this.troubles.inc();
  }

  private measure(operation: string, size: number, databaseMs: number): void {
    this.batches.observe({ operation }, size);
    this.database.observe({ operation }, databaseMs / 1000);
  }
}
