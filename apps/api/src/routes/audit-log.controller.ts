import { AuditLog } from '@belfry/application';
import { auditEntryOnTheWire, page } from '@belfry/nest';
import { Controller, Get, Param, Query, UseInterceptors } from '@nestjs/common';
import { z } from 'zod';
import { RequireScope } from '../http/authentication.js';
import { ReadTurns } from '../http/read-turns.js';
import { ExistingAccount } from '../http/existing-account.js';
import { AccountIdPipe, pageQuery, readQuery } from '../http/paths.js';

const listQuery = z.strictObject(pageQuery('made here'));

/** Who changed what, when, of one account. */
@Controller('v1/accounts/:accountId/audit-log')
@UseInterceptors(ReadTurns)
@RequireScope('settings:write', 'keys:write')
export class AuditLogController {
  constructor(
    private readonly audit: AuditLog,
    private readonly existing: ExistingAccount,
  ) {}

  @Get()
  async list(@Param('accountId', AccountIdPipe) accountId: number, @Query() query: unknown) {
    const { limit, cursor } = readQuery(listQuery, query);
    await this.existing.require(accountId);
    const found = await this.audit.list(accountId, limit, cursor);
    const { items, next_cursor } = page(found);
    return { entries: items.map(auditEntryOnTheWire), next_cursor };
  }
}
