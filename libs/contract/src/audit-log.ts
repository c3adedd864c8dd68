/** The audit log: who changed what, when. */
import { z } from 'zod';
import { body, oneOf, time, uuid } from './fields.js';
import { nextCursor, paged } from './paging.js';
import { route } from './route.js';

/** An entry of the audit log. */
export const AuditEntry = z
  .object({
    entry_id: uuid,
    at: time,
    actor: z.object({ kind: oneOf(['key', 'session', 'operator']), id: z.string() }),
    action: z.string(),
    changes: z.array(z.object({ pointer: z.string(), before: z.unknown(), after: z.unknown() })),
  })
  .meta({ id: 'AuditEntry' });
export type AuditEntry = z.infer<typeof AuditEntry>;

/** A page of the audit log. */
export const AuditEntryList = z
  .object({ entries: z.array(AuditEntry), next_cursor: nextCursor })
  .meta({ id: 'AuditEntryList' });
export type AuditEntryList = z.infer<typeof AuditEntryList>;

/** The route of the audit log. */
export const auditLogRoutes = {
  listAuditLog: route({
    method: 'get',
    path: '/v1/accounts/{account_id}/audit-log',
    summary: 'Who changed what and when, newest first. Secrets are masked.',
    tag: 'Accounts',
    access: ['settings:write', 'keys:write'],
    query: body(paged),
    answers: { 200: AuditEntryList },
  }),
};
