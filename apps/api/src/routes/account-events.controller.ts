import { AccountStore, EventStore, type Principal } from '@belfry/application';
import { deliveryOnTheWire, eventOnTheWire, page, readerOf } from '@belfry/nest';
import { EventCatalogue } from '@belfry/domain';
import { Controller, Get, Param, Query, UseInterceptors } from '@nestjs/common';
import { z } from 'zod';
import { CurrentPrincipal, RequireScope } from '../http/authentication.js';
import { ReadTurns } from '../http/read-turns.js';
import { AccountIdPipe, MadeIdPipe, pageQuery, readQuery, timeQuery } from '../http/paths.js';
import { notFound } from '../http/problem.js';

/** The events of one account. */
@Controller('v1/accounts/:accountId/events')
@UseInterceptors(ReadTurns)
@RequireScope('deliveries:read')
export class AccountEventsController {
  private readonly listQuery;

  constructor(
    private readonly accounts: AccountStore,
    private readonly events: EventStore,
    catalogue: EventCatalogue,
  ) {
    this.listQuery = z.strictObject({
      ...pageQuery('made here'),
      event_type: z.enum(catalogue.keys, { error: `must be one of ${catalogue.keys.join(', ')}` }).optional(),
      from: timeQuery,
      to: timeQuery,
    });
  }

  @Get()
  async list(@Param('accountId', AccountIdPipe) accountId: number, @Query() query: unknown) {
    const { limit, cursor, event_type: eventType, from, to } = readQuery(this.listQuery, query);
    const found = await this.events.list(accountId, { eventType, from, to }, limit, cursor);
    if (found.items.length === 0 && (await this.accounts.find(accountId)) === null) throw notFound('account');
    const { items, next_cursor } = page(found);
    return { events: items.map(eventOnTheWire), next_cursor };
  }

  @Get(':eventId')
  async find(
    @Param('accountId', AccountIdPipe) accountId: number,
    @Param('eventId', new MadeIdPipe('event')) eventId: string,
    @CurrentPrincipal() principal: Principal,
  ) {
    const event = await this.events.find(accountId, eventId);
    if (event === null) throw notFound('event');
    return {
      ...eventOnTheWire(event),
      payload: JSON.parse(event.payload) as unknown,
      deliveries: event.deliveries.map((delivery) => deliveryOnTheWire(delivery, readerOf(principal))),
    };
  }
}
