import type { AuditEntry } from '@belfry/application';
import { v7 } from 'uuid';

/** An entry for the audit log, where a test is about something else: a new one at every call. */
export const audit = (): AuditEntry => ({
  entryId: v7(),
  actor: { kind: 'operator', id: 'test' },
  action: 'account.created',
  changes: [],
});
