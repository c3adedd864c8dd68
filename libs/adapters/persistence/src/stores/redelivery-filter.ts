/** Which deliveries a redelivery by filter is for, as conditions of a statement whose `$1` to `$7` are `filterValues`. */
import { erasedAddress, type RedeliveryFilter } from '@belfry/application';
import { sqlTime } from '../database/sql-time.js';
import { idsAround } from '../database/uuid-bounds.js';

/** The account and its filter, as the first seven parameters. */
export function filterValues(accountId: number, filter: RedeliveryFilter): unknown[] {
  const { low, high } = idsAround(filter.from, filter.to);
  return [
    accountId,
    filter.channel ?? null,
    filter.eventType ?? null,
    filter.from === undefined ? null : sqlTime(filter.from),
    filter.to === undefined ? null : sqlTime(filter.to),
    low,
    high,
  ];
}

/** The account's deliveries of the filter's state and ids. The planner must know the state to choose the index that holds it. */
export const isInReach = ({ status }: RedeliveryFilter) => `
  account_id = $1 AND status = '${status}' AND ($6::uuid IS NULL OR delivery_id >= $6) AND ($7::uuid IS NULL OR delivery_id < $7)`;

/** Of these, what the filter means, and can still be delivered; `webhook_url` is the account's. */
export const matchesFilter = `
  NOT test AND destination <> '${erasedAddress}'
  AND ($2::text IS NULL OR channel = $2) AND ($3::text IS NULL OR event_type = $3)
  AND ($4::timestamptz IS NULL OR created_at >= $4) AND ($5::timestamptz IS NULL OR created_at < $5)
  AND (channel <> 'webhook' OR webhook_url IS NOT NULL)`;

/** Whether nobody has redelivered this delivery of the account. Not as EXISTS, which may be planned as a join. */
export const isNotRedelivered = (deliveryId: string) => `
  (SELECT true FROM deliveries AS later
   WHERE later.account_id = $1 AND later.redelivery_of = ${deliveryId} LIMIT 1) IS NULL`;
