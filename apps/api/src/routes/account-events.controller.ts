import { EventStore, type Principal } from '@belfry/application';
import { answerOf, cursorTo, Event, eventDetailAnswer, readerOf, routes } from '@belfry/contract';
import { Controller, UseInterceptors } from '@nestjs/common';
import { CurrentPrincipal } from '../http/authentication.js';
import { Input, Serve, type Asked } from '../http/contract-route.js';
import { ExistingAccount } from '../http/existing-account.js';
import { found } from '../http/problem.js';
import { ReadTurns } from '../http/read-turns.js';

const { getEvent, listEvents } = routes;

/** The events of one account. */
@Controller()
@UseInterceptors(ReadTurns)
export class AccountEventsController {
  constructor(
    private readonly existing: ExistingAccount,
    private readonly events: EventStore,
  ) {}

  @Serve(listEvents)
  async list(@Input() { params: { account_id }, query }: Asked<typeof listEvents>) {
    const { limit, cursor, event_type: eventType, from, to } = query;
    const read = await this.events.list(account_id, { eventType, from, to }, limit, cursor);
    const page = await this.existing.pageOf(account_id, read);
    return { events: page.items.map((event) => answerOf(Event, event)), next_cursor: cursorTo(page) };
  }

  @Serve(getEvent)
  async find(@Input() { params }: Asked<typeof getEvent>, @CurrentPrincipal() principal: Principal) {
    const event = await this.events.find(params.account_id, params.event_id);
    return eventDetailAnswer(found('event', event), readerOf(principal));
  }
}
