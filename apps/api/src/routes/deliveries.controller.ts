import { DeliveryLog, EventStore, type Principal } from '@belfry/application';
import { portalConfig } from '@belfry/configuration';
import { cursorTo, deliveryAnswer, deliveryDetailAnswer, readerOf, routes } from '@belfry/contract';
import { MailRenderer } from '@belfry/mail';
import { Controller, Inject, Res, UseInterceptors } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import type { FastifyReply } from 'fastify';
import { mailPreviewHeaders } from '../admin-page.plugin.js';
import { CurrentPrincipal } from '../http/authentication.js';
import { Input, Serve, type Asked } from '../http/contract-route.js';
import { ExistingAccount } from '../http/existing-account.js';
import { found, notFound } from '../http/problem.js';
import { ReadTurns } from '../http/read-turns.js';

const { getDelivery, listDeliveries, previewMail, showMail } = routes;

/** The deliveries of one account: the result of every event. */
@Controller()
@UseInterceptors(ReadTurns)
export class DeliveriesController {
  constructor(
    private readonly existing: ExistingAccount,
    private readonly deliveries: DeliveryLog,
    private readonly events: EventStore,
    private readonly mails: MailRenderer,
    @Inject(portalConfig.KEY) private readonly portal: ConfigType<typeof portalConfig>,
  ) {}

  @Serve(listDeliveries)
  async list(
    @Input() { params: { account_id }, query }: Asked<typeof listDeliveries>,
    @CurrentPrincipal() principal: Principal,
  ) {
    const { limit, cursor, event_type: eventType, event_id: eventId, ...rest } = query;
    const read = await this.deliveries.list(account_id, { ...rest, eventType, eventId }, limit, cursor);
    const page = await this.existing.pageOf(account_id, read);
    const reader = readerOf(principal);
    return {
      deliveries: page.items.map((delivery) => deliveryAnswer(delivery, reader)),
      next_cursor: cursorTo(page),
    };
  }

  @Serve(getDelivery)
  async find(@Input() { params }: Asked<typeof getDelivery>, @CurrentPrincipal() principal: Principal) {
    const delivery = await this.deliveries.find(params.account_id, params.delivery_id);
    return deliveryDetailAnswer(found('delivery', delivery), readerOf(principal));
  }

  /** Rendered anew from the payload, whose bytes never change. */
  @Serve(previewMail)
  async previewMail(@Input() { params }: Asked<typeof previewMail>) {
    const { subject, html, text } = await this.renderMail(params.account_id, params.delivery_id);
    return { subject, html, text };
  }

  /** The same mail's HTML alone, for a frame: as it is shown in a mail program, and cut off from everything. */
  @Serve(showMail)
  async showMail(@Input() { params }: Asked<typeof showMail>, @Res() reply: FastifyReply): Promise<void> {
    const { html } = await this.renderMail(params.account_id, params.delivery_id);
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
