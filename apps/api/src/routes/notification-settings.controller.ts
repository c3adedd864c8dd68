import { ManageSettings, SettingsStore, type Principal, type StoredSettings } from '@belfry/application';
import { entityTag, routes, settingsAnswer } from '@belfry/contract';
import { EventCatalogue, type ChangeKind } from '@belfry/domain';
import { Controller, Res, UseInterceptors } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CurrentPrincipal } from '../http/authentication.js';
import { Input, Serve, type Asked } from '../http/contract-route.js';
import { ifMatch } from '../http/entity-tag.js';
import { found } from '../http/problem.js';
import { refusalOf } from '../http/refusals.js';
import { WriteTurns } from '../http/write-turns.js';

const { getSettings, patchSettings, putSettings } = routes;

/** Notification settings: the tab. */
@Controller()
@UseInterceptors(WriteTurns)
export class NotificationSettingsController {
  constructor(
    private readonly settings: SettingsStore,
    private readonly manage: ManageSettings,
    private readonly catalogue: EventCatalogue,
  ) {}

  @Serve(getSettings)
  async find(
    @Input() { params: { account_id } }: Asked<typeof getSettings>,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.answer(found('account', await this.settings.find(account_id)), principal, reply);
  }

  @Serve(putSettings)
  replace(
    @Input() asked: Asked<typeof putSettings>,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.change(asked, 'replace', principal, reply);
  }

  @Serve(patchSettings)
  merge(
    @Input() asked: Asked<typeof patchSettings>,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.change(asked, 'merge', principal, reply);
  }

  private async change(
    { params: { account_id }, headers, body }: Asked<typeof putSettings>,
    kind: ChangeKind,
    principal: Principal,
    reply: FastifyReply,
  ) {
    const condition = ifMatch(account_id, headers['If-Match']);
    const result = await this.manage.change(account_id, body, kind, principal, condition);
    if (result.status !== 'changed') throw refusalOf(result);
    return this.answer(result.settings, principal, reply);
  }

  private answer(settings: StoredSettings, principal: Principal, reply: FastifyReply) {
    void reply.header('ETag', entityTag(settings.accountId, settings.version));
    return settingsAnswer(settings, this.catalogue, principal.scopes.has('settings:write'));
  }
}
