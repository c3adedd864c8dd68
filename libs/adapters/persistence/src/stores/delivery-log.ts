import {
  DeliveryLog,
  type Attempt,
  type DeliveryFilter,
  type DeliverySummary,
  type ListPage,
} from '@belfry/application';
import type { FailureReason } from '@belfry/domain';
import type { Reads } from '../database/read-database.js';
import { boundedPage } from './bounded-list.js';
import {
  deliveryColumns,
  deliveryListStatement,
  deliverySummary,
  type DeliveryRow,
  type ListedDelivery,
} from './delivery-list.js';

interface AttemptRow {
  readonly attempt_id: string;
  readonly started_at: Date;
  readonly duration_ms: number;
  readonly outcome: 'succeeded' | 'failed';
  readonly reason: FailureReason | null;
  /** JSON text, as that of the response is: connections do not parse `json`. */
  readonly request_headers: string;
  /** Null for a webhook: its body is the event's payload. */
  readonly request_body: string | null;
  readonly response_status: number | null;
  readonly response_headers: string | null;
  readonly response_body: string | null;
  readonly detail: string | null;
}

/** What happened to deliveries, read from PostgreSQL. */
export class PostgresDeliveryLog extends DeliveryLog {
  constructor(private readonly reads: Reads) {
    super();
  }

  async find(
    accountId: number,
    deliveryId: string,
  ): Promise<(DeliverySummary & { readonly attempts: Attempt[] }) | null> {
    // Retention may take an event, and its deliveries with it, between the reads; an account that is erased goes first.
    const [delivery] = await this.reads.statement<DeliveryRow & { readonly payload: string }>(
      `SELECT ${deliveryColumns('deliveries')}, events.environment, events.payload
       FROM accounts JOIN deliveries USING (account_id) JOIN events USING (account_id, event_id)
       WHERE account_id = $1 AND delivery_id = $2`,
      [accountId, deliveryId],
    );
    if (delivery === undefined) return null;
    const attempts = await this.reads.statement<AttemptRow>(
      `SELECT attempt_id, started_at, duration_ms, outcome, reason, request_headers, request_body, response_status,
         response_headers, response_body, detail
       FROM attempts WHERE account_id = $1 AND delivery_id = $2
       ORDER BY started_at, attempt_id`,
      [accountId, deliveryId],
    );
    return {
      ...deliverySummary(delivery),
      attempts: attempts.map((attempt) => readAttempt(attempt, delivery.payload)),
    };
  }

  async list(
    accountId: number,
    filter: DeliveryFilter,
    limit: number,
    before?: string,
  ): Promise<ListPage<DeliverySummary>> {
    const { text, values } = deliveryListStatement(accountId, filter, limit, before);
    const rows = await this.reads.statement<ListedDelivery>(text, values);
    return boundedPage(rows, limit, ({ environment, ...row }) =>
      environment === null ? null : deliverySummary({ ...row, environment }),
    );
  }
}

function readAttempt(row: AttemptRow, payload: string): Attempt {
  const { response_status: status, response_headers: headers, response_body: body } = row;
  return {
    attemptId: row.attempt_id,
    startedAt: row.started_at,
    durationMs: row.duration_ms,
    outcome: row.outcome,
    reason: row.reason,
    request: { headers: readHeaders(row.request_headers), body: row.request_body ?? payload },
    response:
      status === null || headers === null || body === null
        ? null
        : { status, headers: readHeaders(headers), body },
    detail: row.detail,
  };
}

function readHeaders(json: string): Record<string, string> {
  return JSON.parse(json) as Record<string, string>;
}
