import {
  Erasures,
  newId,
  type AuditEntry,
  type Erasure,
  type ErasureStep,
  type ErasureWork,
} from '@belfry/application';
import type { NotificationSettings } from '@belfry/domain';
import type { Database } from '../database/database.js';
import type { Run } from '../database/statement.js';
import { keepAuditEntry } from '../stores/audit-log.js';
import { AccountErasure } from './account-erasure.js';
import { RecipientErasure } from './recipient-erasure.js';
import { isAccountBeingErased, type StagedErasure } from './staged-erasure.js';

/** Whoever has not held on to an erasure for this long has died. */
const heldFor = '30 seconds';

interface ErasureRow {
  readonly erasure_id: string;
  readonly account_id: number;
  readonly email: string | null;
}

/** Erasures in PostgreSQL. */
export class PostgresErasures extends Erasures {
  constructor(private readonly database: Database) {
    super();
  }

  async beginAccount(accountId: number, audit: AuditEntry): Promise<Erasure | null> {
    return this.database.transaction(async (run) => {
      // Settings, keys, links and sessions go with it.
      const gone = await run('DELETE FROM accounts WHERE account_id = $1 RETURNING account_id', [accountId]);
      if (gone.length === 0) return null;
      // What was left to be erased of its persons goes with all else.
      await run('DELETE FROM erasures WHERE account_id = $1', [accountId]);
      await keepAuditEntry(run, accountId, audit);
      return add(run, accountId, null);
    });
  }

  async beginRecipient(
    accountId: number,
    email: string,
    audit: AuditEntry,
  ): Promise<Erasure | 'unknown_account' | 'primary_contact'> {
    return this.database.transaction(async (run) => {
      const [found] = await run<{ is_contact: boolean; events: NotificationSettings['events'] }>(
        `SELECT lower(contact_email) = lower($2) AS is_contact, events
         FROM accounts JOIN notification_settings USING (account_id)
         WHERE account_id = $1 FOR UPDATE`,
        [accountId, email],
      );
      if (found === undefined) return 'unknown_account';
      if (found.is_contact) return 'primary_contact';
      const others = (addresses: readonly string[]) =>
        addresses.filter((address) => address.toLowerCase() !== email.toLowerCase());
      const events = Object.fromEntries(
        Object.entries(found.events).map(([type, settings]) => [
          type,
          { ...settings, email_subscribers: others(settings.email_subscribers) },
        ]),
      );
      if (JSON.stringify(events) !== JSON.stringify(found.events))
        await run(
          `UPDATE notification_settings SET events = $2::jsonb, version = version + 1, updated_at = now()
           WHERE account_id = $1`,
          [accountId, JSON.stringify(events)],
        );
      await keepAuditEntry(run, accountId, audit);
      return add(run, accountId, email);
    });
  }

  isAccountLeft(accountId: number): Promise<boolean> {
    return isAccountBeingErased((...statement) => this.database.statement(...statement), accountId);
  }

  async takeUp(): Promise<Erasure | null> {
    const [row] = await this.database.statement<ErasureRow>(
      `UPDATE erasures SET held_until = now() + interval '${heldFor}' WHERE erasure_id = (
         SELECT erasure_id FROM erasures WHERE held_until < now() ORDER BY erasure_id LIMIT 1
         FOR UPDATE SKIP LOCKED)
       RETURNING erasure_id, account_id, email`,
      [],
    );
    return row === undefined ? null : erasureOf(row);
  }

  work(erasure: Erasure): ErasureWork {
    const { email } = erasure;
    const staged = email === null ? new AccountErasure(erasure) : new RecipientErasure({ ...erasure, email });
    return new HeldWork(this.database, staged, erasure.erasureId);
  }
}

/**
 * Work that says now and then that somebody is at it, and ends when the erasure does: whoever was stopped for long may find
 * that another has finished it, and that there is a new account by the same id.
 */
class HeldWork implements ErasureWork {
  private heldAt = performance.now();

  constructor(
    private readonly database: Database,
    private readonly staged: StagedErasure,
    private readonly erasureId: string,
  ) {}

  async step(): Promise<ErasureStep> {
    if (performance.now() - this.heldAt > 5_000) {
      this.heldAt = performance.now();
      await this.database.statement(
        `UPDATE erasures SET held_until = now() + interval '${heldFor}' WHERE erasure_id = $1`,
        [this.erasureId],
      );
    }
    return this.database.transaction(async (run) => {
      // No other process can end the erasure while a step is under way.
      const stands = await run('SELECT FROM erasures WHERE erasure_id = $1 FOR SHARE', [this.erasureId]);
      return stands.length === 0 ? 'done' : this.staged.step(run);
    });
  }
}

async function add(run: Run, accountId: number, email: string | null): Promise<Erasure> {
  const [row] = await run<ErasureRow>(
    `INSERT INTO erasures (erasure_id, account_id, email, held_until)
     VALUES ($1, $2, $3, now() + interval '${heldFor}') RETURNING erasure_id, account_id, email`,
    [newId(), accountId, email],
  );
  return erasureOf(row!);
}

function erasureOf({ erasure_id, account_id, email }: ErasureRow): Erasure {
  return { erasureId: erasure_id, accountId: account_id, email };
}
