import { DeliveryLog, type Attempt, type DeliveryFilter, type DeliverySummary } from '@belfry/application';
import { In } from 'typeorm';
import type { Database } from '../database/database.js';
import { idsAround } from '../database/uuid-bounds.js';
import { AttemptEntity, DeliveryEntity, EventEntity } from '../entities/index.js';

/** What became of deliveries, read from PostgreSQL. */
export class PostgresDeliveryLog extends DeliveryLog {
  constructor(private readonly database: Database) {
    super();
  }

  async find(
    accountId: number,
    deliveryId: string,
  ): Promise<(DeliverySummary & { readonly attempts: Attempt[] }) | null> {
    return this.database.entities(async (manager) => {
      const delivery = await manager.findOneBy(DeliveryEntity, { accountId, deliveryId });
      if (delivery === null) return null;
      const attempts = await manager.find(AttemptEntity, {
        where: { accountId, deliveryId },
        order: { startedAt: 'ASC', attemptId: 'ASC' },
      });
      const event = await manager.findOne(EventEntity, {
        select: { payload: true, environment: true },
        where: { accountId, eventId: delivery.eventId },
      });
      // Retention may take an event, and its deliveries with it, between these reads.
      if (event === null) return null;
      return {
        ...deliverySummary(delivery, event.environment),
        attempts: attempts.map((attempt) => readAttempt(attempt, event.payload)),
      };
    });
  }

  async list(
    accountId: number,
    filter: DeliveryFilter,
    limit: number,
    before?: string,
  ): Promise<DeliverySummary[]> {
    const { low, high } = idsAround(filter.from, filter.to);
    const conditions: readonly (readonly [
      string,
      string | number | Date | readonly string[] | null | undefined,
    ])[] = [
      ['account_id = :accountId', accountId],
      ['status = :status', filter.status],
      ['channel = :channel', filter.channel],
      ['event_type = :eventType', filter.eventType],
      ['event_id = :eventId', filter.eventId],
      ['delivery_id = ANY(:deliveryIds)', filter.deliveryIds],
      ['created_at >= :from', filter.from],
      ['created_at < :to', filter.to],
      ['delivery_id >= :low', low],
      ['delivery_id < :high', high],
      ['delivery_id < :before', before],
    ];
    const rows = await this.database.entities((manager) => {
      const query = manager.createQueryBuilder(DeliveryEntity, 'delivery');
      for (const [condition, value] of conditions) {
        const name = /:(\w+)/.exec(condition)![1]!;
        if (value !== null && value !== undefined) query.andWhere(`delivery.${condition}`, { [name]: value });
      }
      return query.orderBy('delivery.delivery_id', 'DESC').limit(limit).getMany();
    });
    const environments = await this.environmentsOf(accountId, rows);
    // Retention may take an event, and its deliveries with it, between these reads.
    return rows.flatMap((row) => {
      const environment = environments.get(row.eventId);
      return environment === undefined ? [] : [deliverySummary(row, environment)];
    });
  }

  /** The environments of these deliveries' events, by event. */
  private async environmentsOf(
    accountId: number,
    rows: readonly DeliveryEntity[],
  ): Promise<ReadonlyMap<string, string>> {
    const eventIds = [...new Set(rows.map((row) => row.eventId))];
    const events = await this.database.entities((manager) =>
      manager.find(EventEntity, {
        select: { eventId: true, environment: true },
        where: { accountId, eventId: In(eventIds) },
      }),
    );
    return new Map(events.map(({ eventId, environment }) => [eventId, environment]));
  }
}

/** What lists show of a delivery. */
export function deliverySummary(row: DeliveryEntity, environment: string): DeliverySummary {
  const { deliveryId, eventId, eventType, channel, destination, recipientRole, status, reason } = row;
  const { redeliveryOf, test, createdAt, finishedAt } = row;
  return {
    deliveryId,
    eventId,
    eventType,
    environment,
    channel,
    destination,
    recipientRole,
    status,
    reason,
    redeliveryOf,
    test,
    createdAt,
    finishedAt,
  };
}

function readAttempt(row: AttemptEntity, payload: string): Attempt {
  const { responseStatus, responseHeaders, responseBody } = row;
  return {
    attemptId: row.attemptId,
    startedAt: row.startedAt,
    durationMs: row.durationMs,
    outcome: row.outcome,
    reason: row.reason,
    request: { headers: readHeaders(row.requestHeaders), body: row.requestBody ?? payload },
    response:
      responseStatus === null || responseHeaders === null || responseBody === null
        ? null
        : { status: responseStatus, headers: readHeaders(responseHeaders), body: responseBody },
  };
}

function readHeaders(json: string): Record<string, string> {
  return JSON.parse(json) as Record<string, string>;
}
