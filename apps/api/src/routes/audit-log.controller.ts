import { AuditLog } from '@belfry/application';
import { answerOf, AuditEntry, cursorTo, routes } from '@belfry/contract';
import { Controller, UseInterceptors } from '@nestjs/common';
import { Input, Serve, type Asked } from '../http/contract-route.js';
import { ExistingAccount } from '../http/existing-account.js';
import { ReadTurns } from '../http/read-turns.js';

const { listAuditLog } = routes;

/** Who changed what, when, of one account. */
@Controller()
@UseInterceptors(ReadTurns)
export class AuditLogController {
  constructor(
    private readonly audit: AuditLog,
    private readonly existing: ExistingAccount,
  ) {}

  @Serve(listAuditLog)
  async list(@Input() { params: { account_id }, query }: Asked<typeof listAuditLog>) {
    await this.existing.require(account_id);
    const page = await this.audit.list(account_id, query.limit, query.cursor);
    return { entries: page.items.map((entry) => answerOf(AuditEntry, entry)), next_cursor: cursorTo(page) };
  }
}
