import { AccountStore, DeliveryLog } from '@belfry/application';
import { attemptOnTheWire, deliveryOnTheWire, page } from '@belfry/composition';
import { channels, deliveryStatuses, EventCatalogue } from '@belfry/domain';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { z } from 'zod';
import { RequireScope } from '../http/authentication.js';
import { AccountIdPipe, MadeIdPipe, pageQuery, readQuery, timeQuery } from '../http/paths.js';
import { notFound } from '../http/problem.js';

const oneOf = <const Word extends string>(words: readonly Word[]) =>
  z.enum(words, { error: `must be one of ${words.join(', ')}` }).optional();

/** The deliveries of one account: what became of every event. */
@Controller('v1/accounts/:accountId/deliveries')
@RequireScope('deliveries:read')
export class DeliveriesController {
  private readonly listQuery;

  constructor(
    private readonly accounts: AccountStore,
    private readonly deliveries: DeliveryLog,
    catalogue: EventCatalogue,
  ) {
    this.listQuery = z.strictObject({
      ...pageQuery('made here'),
      status: oneOf(deliveryStatuses),
      channel: oneOf(channels),
      event_type: oneOf(catalogue.keys),
      event_id: z.uuid({ error: 'must be the id of an event' }).optional(),
      from: timeQuery,
      to: timeQuery,
    });
  }

  @Get()
  async list(@Param('accountId', AccountIdPipe) accountId: number, @Query() query: unknown) {
    const { limit, cursor, event_type, event_id, ...rest } = readQuery(this.listQuery, query);
    const filter = { ...rest, eventType: event_type, eventId: event_id };
    const found = await this.deliveries.list(accountId, filter, limit + 1, cursor);
    if (found.length === 0 && (await this.accounts.find(accountId)) === null) throw notFound('account');
    const { items, next_cursor } = page(found, limit, ({ deliveryId }) => deliveryId);
    return { deliveries: items.map(deliveryOnTheWire), next_cursor };
  }

  @Get(':deliveryId')
  async find(
    @Param('accountId', AccountIdPipe) accountId: number,
    @Param('deliveryId', new MadeIdPipe('delivery')) deliveryId: string,
  ) {
    const delivery = await this.deliveries.find(accountId, deliveryId);
    if (delivery === null) throw notFound('delivery');
    return { ...deliveryOnTheWire(delivery), attempts: delivery.attempts.map(attemptOnTheWire) };
  }
}
