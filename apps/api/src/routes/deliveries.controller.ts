import { AccountStore, DeliveryLog, EventStore, type Principal } from '@belfry/application';
import { portalConfig } from '@belfry/configuration';
import { deliveryOnTheWire, deliveryWithAttemptsOnTheWire, page, readerOf } from '@belfry/nest';
import { channels, deliveryStatuses, EventCatalogue } from '@belfry/domain';
import { MailRenderer } from '@belfry/mail';
import { Controller, Get, Inject, Param, Query, Res, UseInterceptors } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { mailPreviewHeaders } from '../admin-page.plugin.js';
import { CurrentPrincipal, RequireScope } from '../http/authentication.js';
import { ReadTurns } from '../http/read-turns.js';
import { AccountIdPipe, MadeIdPipe, pageQuery, readQuery, timeQuery } from '../http/paths.js';
import { notFound } from '../http/problem.js';

const oneOf = <const Word extends string>(words: readonly Word[]) =>
  z.enum(words, { error: `must be one of ${words.join(', ')}` }).optional();

/** The deliveries of one account: what became of every event. */
@Controller('v1/accounts/:accountId/deliveries')
@UseInterceptors(ReadTurns)
@RequireScope('deliveries:read')
export class DeliveriesController {
  private readonly listQuery;

  constructor(
    private readonly accounts: AccountStore,
    private readonly deliveries: DeliveryLog,
    private readonly events: EventStore,
    private readonly mails: MailRenderer,
    @Inject(portalConfig.KEY) private readonly portal: ConfigType<typeof portalConfig>,
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
  async list(
    @Param('accountId', AccountIdPipe) accountId: number,
    @Query() query: unknown,
    @CurrentPrincipal() principal: Principal,
  ) {
    const { limit, cursor, event_type, event_id, ...rest } = readQuery(this.listQuery, query);
    const filter = { ...rest, eventType: event_type, eventId: event_id };
    const found = await this.deliveries.list(accountId, filter, limit, cursor);
    if (found.items.length === 0 && (await this.accounts.find(accountId)) === null) throw notFound('account');
    const { items, next_cursor } = page(found);
    return {
      deliveries: items.map((delivery) => deliveryOnTheWire(delivery, readerOf(principal))),
      next_cursor,
    };
  }

  @Get(':deliveryId')
  async find(
    @Param('accountId', AccountIdPipe) accountId: number,
    @Param('deliveryId', new MadeIdPipe('delivery')) deliveryId: string,
    @CurrentPrincipal() principal: Principal,
  ) {
    const delivery = await this.deliveries.find(accountId, deliveryId);
    if (delivery === null) throw notFound('delivery');
    return deliveryWithAttemptsOnTheWire(delivery, readerOf(principal));
  }

  /** Rendered anew from the payload, whose bytes never change. */
  @Get(':deliveryId/mail')
  async previewMail(
    @Param('accountId', AccountIdPipe) accountId: number,
    @Param('deliveryId', new MadeIdPipe('delivery')) deliveryId: string,
  ) {
    const { subject, html, text } = await this.renderMail(accountId, deliveryId);
    return { subject, html, text };
  }

  /** The same mail's HTML alone, for a frame: as it is shown in a mail program, and cut off from everything. */
  @Get(':deliveryId/mail.html')
  async showMail(
    @Param('accountId', AccountIdPipe) accountId: number,
    @Param('deliveryId', new MadeIdPipe('delivery')) deliveryId: string,
    @Res() reply: FastifyReply,
  ) {
    const { html } = await this.renderMail(accountId, deliveryId);
    await reply.headers(mailPreviewHeaders(this.portal.frameAncestors)).send(html);
  }

  private async renderMail(accountId: number, deliveryId: string) {
    const delivery = await this.deliveries.find(accountId, deliveryId);
    if (delivery === null || delivery.recipientRole === null) throw notFound('mail');
    const event = await this.events.find(accountId, delivery.eventId);
    if (event === null) throw notFound('mail');
    return this.mails.previewMail({
      ...delivery,
      accountId,
      recipient: delivery.destination,
      recipientRole: delivery.recipientRole,
      payload: event.payload,
    });
  }
}
