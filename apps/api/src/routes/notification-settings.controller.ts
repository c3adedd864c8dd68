import { ManageSettings, SettingsStore, type Principal, type StoredSettings } from '@belfry/application';
import { settingsOnTheWire } from '@belfry/nest';
import { EventCatalogue, type ChangeKind } from '@belfry/domain';
import { Body, Controller, Get, Headers, Param, Patch, Put, Res, UseInterceptors } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CurrentPrincipal, RequireScope } from '../http/authentication.js';
import { entityTag, ifMatch } from '../http/entity-tag.js';
import { AccountIdPipe } from '../http/paths.js';
import { problemDocument } from '@belfry/contract';
import { invalid, notFound, ProblemException } from '../http/problem.js';
import { WriteTurns } from '../http/write-turns.js';

/** Notification settings: the tab. */
@Controller('v1/accounts/:accountId/notification-settings')
@UseInterceptors(WriteTurns)
export class NotificationSettingsController {
  constructor(
    private readonly settings: SettingsStore,
    private readonly manage: ManageSettings,
    private readonly catalogue: EventCatalogue,
  ) {}

  @Get()
  @RequireScope('settings:read', 'settings:write')
  async find(
    @Param('accountId', AccountIdPipe) accountId: number,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const settings = await this.settings.find(accountId);
    if (settings === null) throw notFound('account');
    return this.answer(settings, principal, reply);
  }

  @Put()
  @RequireScope('settings:write')
  replace(
    @Param('accountId', AccountIdPipe) accountId: number,
    @CurrentPrincipal() principal: Principal,
    @Body() body: unknown,
    @Headers('if-match') condition: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.change(accountId, body, 'replace', condition, principal, reply);
  }

  @Patch()
  @RequireScope('settings:write')
  merge(
    @Param('accountId', AccountIdPipe) accountId: number,
    @CurrentPrincipal() principal: Principal,
    @Body() body: unknown,
    @Headers('if-match') condition: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.change(accountId, body, 'merge', condition, principal, reply);
  }

  private async change(
    accountId: number,
    body: unknown,
    kind: ChangeKind,
    condition: string | undefined,
    principal: Principal,
    reply: FastifyReply,
  ) {
    const result = await this.manage.change(accountId, body, kind, principal, ifMatch(accountId, condition));
    if (result.status === 'unknown_account') throw notFound('account');
    if (result.status === 'invalid') throw invalid(result.problems);
    if (result.status === 'version_mismatch') {
      const detail =
        'The settings have changed since you read them. Read them again, and send your change with their new ETag.';
      throw new ProblemException(problemDocument('version-mismatch', detail), {
        ETag: entityTag(accountId, result.settings.version),
      });
    }
    return this.answer(result.settings, principal, reply);
  }

  private answer(settings: StoredSettings, principal: Principal, reply: FastifyReply) {
    void reply.header('ETag', entityTag(settings.accountId, settings.version));
    return settingsOnTheWire(settings, this.catalogue, principal.scopes.has('settings:write'));
  }
}
