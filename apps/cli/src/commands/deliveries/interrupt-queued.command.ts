import { ChangePreview, InterruptQueued, type InterruptedAccount } from '@belfry/application';
import { Option, SubCommand } from 'nest-commander';
import {
  confirm,
  dryRunOption,
  requireConfirmable,
  yesOption,
  type ConfirmationOptions,
} from '../../input/confirmation.js';
import { readTime } from '../../input/values.js';
import { written } from '../../output/numbers.js';
import { table, type Column } from '../../output/table.js';
import { operator } from '../../workplace/operator.js';
import { BelfryCommand, type JsonOption } from '../belfry-command.js';

interface InterruptQueuedOptions extends JsonOption, ConfirmationOptions {
  readonly before?: Date;
}

const columns: readonly Column<InterruptedAccount>[] = [
  { heading: 'ACCOUNT', value: ({ accountId }) => accountId },
  { heading: 'INTERRUPTED', value: ({ interrupted }) => interrupted },
  { heading: 'OF WHICH BEING SENT', value: ({ beingSent }) => beingSent },
];

/** Makes a restored backup safe to start on. */
@SubCommand({
  name: 'interrupt-queued',
  description: 'after restoring a backup: keep its queued webhooks from being sent a second time',
})
export class InterruptQueuedCommand extends BelfryCommand {
  protected readonly examples = [
    'belfry deliveries interrupt-queued --dry-run',
    'belfry deliveries interrupt-queued --before 2026-11-24T12:00:00Z --yes --json',
    'belfry deliveries redeliver 42 --status interrupted',
  ];
  protected override readonly details =
    'Run it on the restored database before any API or worker starts. What was queued or being sent at the time of the\n' +
    'backup may have been received since: it becomes interrupted, and is sent again only by `deliveries redeliver`. Mails stay queued.';

  async run(_arguments: string[], options: InterruptQueuedOptions): Promise<void> {
    requireConfirmable(options);
    const { app } = await this.workplace.open();
    const before = options.before ?? new Date();
    const foreseen = await app.get(ChangePreview).interruptions(before);
    if (options.dryRun !== true && foreseen.length > 0) {
      const count = foreseen.reduce((sum, { interrupted }) => sum + interrupted, 0);
      await confirm(
        `Interrupt ${written(count)} webhooks of ${written(foreseen.length)} accounts, so that none is sent unless it is redelivered?`,
        options,
      );
    }
    const accounts =
      options.dryRun === true ? foreseen : await app.get(InterruptQueued).createdBefore(operator, before);
    const total = accounts.reduce((sum, { interrupted }) => sum + interrupted, 0);
    const answer = {
      interrupted: total,
      accounts: accounts.map(({ accountId, interrupted, beingSent }) => ({
        account_id: accountId,
        interrupted,
        being_sent: beingSent,
      })),
    };
    this.output.show(options, answer, () =>
      table(columns, accounts, 'No webhooks were queued or being sent.'),
    );
    if (options.json === true || total === 0) return;
    if (options.dryRun === true)
      this.output.remark(`${total} in all would be interrupted. Nothing was changed.`);
    else this.output.remark(`${total} in all. Mails stay queued, and are sent once an API or a worker runs.`);
  }

  @Option(yesOption)
  readYes(): boolean {
    return true;
  }

  @Option(dryRunOption)
  readDryRun(): boolean {
    return true;
  }

  @Option({ flags: '--before <time>', description: 'only those created before this time (default: now)' })
  readBefore(text: string): Date {
    return readTime(text);
  }
}
