import { AccountStore, ChangePreview, Redeliver, type RedeliverResult } from '@belfry/application';
import { channels, platformCatalogue, type Channel } from '@belfry/domain';
import { Option, SubCommand } from 'nest-commander';
import { invalid, notFound, Refusal, WrongUse } from '../../failure.js';
import {
  confirm,
  dryRunOption,
  requireConfirmable,
  yesOption,
  type ConfirmationOptions,
} from '../../input/confirmation.js';
import { readAccountId, readMadeId, readTime, readWord } from '../../input/values.js';
import { written } from '../../output/numbers.js';
import type { OpenWorkplace } from '../../workplace/workplace.js';
import { operator } from '../../workplace/operator.js';
import { BelfryCommand, type JsonOption } from '../belfry-command.js';
import { channelOption, eventTypeOption, fromOption, toOption } from './delivery-options.js';

const redelivered = ['failed', 'interrupted'] as const;

interface RedeliverOptions extends JsonOption, ConfirmationOptions {
  readonly status?: (typeof redelivered)[number];
  readonly channel?: Channel;
  readonly eventType?: string;
  readonly from?: Date;
  readonly to?: Date;
}

const refusals: Readonly<
  Record<Exclude<RedeliverResult['status'], 'queued' | 'not_found' | 'limited'>, string>
> = {
  under_way: 'this delivery, or a redelivery of it, is under way: wait until it has finished',
  recipient_erased: 'the address that this mail went to has been erased, so the mail cannot be sent again',
  not_a_recipient:
    'this address no longer gets mails of this event type: add it to the subscribers with `belfry settings set` first',
  no_endpoint: 'the account has no webhook URL: set one with `belfry settings set` first',
};

function limitText({ channel, retryAfterSeconds }: { channel: Channel; retryAfterSeconds: number }): string {
  const setting =
    channel === 'email' ? 'ACCOUNT_MAIL_REDELIVERIES_PER_HOUR' : 'ACCOUNT_WEBHOOK_REDELIVERIES_PER_HOUR';
  const minutes = Math.ceil(retryAfterSeconds / 60);
  return `the account has reached its limit of redeliveries, ${setting}: try again in ${minutes} min, or raise the limit`;
}

/** Delivers again. */
@SubCommand({
  name: 'redeliver',
  arguments: '<account> [delivery]',
  description:
    'redeliver one delivery or, with --status, all that ended with that status and have not been redelivered yet',
  argsDescription: { account: "the account's id", delivery: "the delivery's id" },
})
export class RedeliverCommand extends BelfryCommand {
  protected readonly examples = [
    'belfry deliveries redeliver 42 019ab4e2-7c1d-7a53-9f0e-2b6d8c4e1f00',
    'belfry deliveries redeliver 42 --status failed --dry-run',
    'belfry deliveries redeliver 42 --status failed --channel webhook --from 2026-11-24T00:00:00Z --yes',
  ];
  protected override readonly details =
    'Redeliveries are queued, and an API or a worker sends them as soon as one runs. The command asks before it queues many.';

  async run([account, delivery]: string[], options: RedeliverOptions): Promise<void> {
    const accountId = readAccountId(account);
    const { json: _json, yes: _yes, dryRun, status, ...filter } = options;
    if (delivery !== undefined) {
      if (status !== undefined || dryRun === true || Object.keys(filter).length > 0)
        throw new WrongUse('give either the id of one delivery, or --status and the other filters, not both');
      const deliveryId = readMadeId(delivery, 'delivery');
      await this.one(await this.workplace.open(), options, accountId, deliveryId);
    } else if (status === undefined) {
      throw new WrongUse('give the id of one delivery, or --status failed or --status interrupted for many');
    } else {
      requireConfirmable(options);
      await this.many(await this.workplace.open(), { ...options, status }, accountId);
    }
  }

  private async one(
    { app }: OpenWorkplace,
    options: RedeliverOptions,
    accountId: number,
    deliveryId: string,
  ): Promise<void> {
    const result = await app.get(Redeliver).one(accountId, deliveryId, operator);
    if (result.status === 'not_found') throw notFound('delivery');
    if (result.status === 'limited') throw new Refusal(limitText(result));
    if (result.status !== 'queued') throw new Refusal(refusals[result.status]);
    this.output.show(options, { delivery_id: result.deliveryId }, () => `Queued as ${result.deliveryId}.`);
    this.remarkWhoSends(options);
  }

  private async many(
    { app, composition }: OpenWorkplace,
    options: RedeliverOptions & { readonly status: (typeof redelivered)[number] },
    accountId: number,
  ): Promise<void> {
    if ((await app.get(AccountStore).find(accountId)) === null) throw notFound('account');
    const { status, channel, eventType, from, to } = options;
    const foreseen = await app
      .get(ChangePreview)
      .redeliveries(accountId, { status, channel, eventType, from, to });
    if (options.dryRun === true) {
      this.output.show(options, { would_redeliver: foreseen }, () =>
        foreseen === 0
          ? 'There is nothing to redeliver.'
          : `Up to ${written(foreseen)} would be queued again. Nothing was changed.`,
      );
      return;
    }
    if (foreseen > 0)
      await confirm(`Queue up to ${written(foreseen)} deliveries of account ${accountId} again?`, options);
    const result = await app.get(Redeliver).many(
      accountId,
      {
        status,
        channel,
        event_type: eventType,
        from: from?.toISOString(),
        to: to?.toISOString(),
      },
      operator,
    );
    if (result.status === 'invalid') throw invalid(result.problems);
    const { redelivered: count, passedOver, limited } = result;
    this.output.show(options, composition.redeliveriesOnTheWire(result), () =>
      [
        count > 0
          ? `Queued ${written(count)} again.`
          : passedOver > 0 || limited !== null
            ? 'Nothing was redelivered.'
            : 'There was nothing to redeliver.',
        ...(passedOver === 0
          ? []
          : [`Skipped ${passedOver} to addresses that no longer get mails of their event type.`]),
        ...(limited === null ? [] : [`The rest was not queued: ${limitText(limited)}.`]),
      ].join('\n'),
    );
    if (count > 0) this.remarkWhoSends(options);
  }

  private remarkWhoSends({ json }: RedeliverOptions): void {
    if (json !== true) this.output.remark('An API or a worker sends it as soon as one runs.');
  }

  @Option(yesOption)
  readYes(): boolean {
    return true;
  }

  @Option(dryRunOption)
  readDryRun(): boolean {
    return true;
  }

  @Option({
    flags: '--status <status>',
    description: 'all that ended with this status',
    choices: [...redelivered],
  })
  readStatus(text: string) {
    return readWord(text, redelivered);
  }

  @Option(channelOption)
  readChannel(text: string) {
    return readWord(text, channels);
  }

  @Option(eventTypeOption)
  readEventType(text: string): string {
    return readWord(text, platformCatalogue.keys);
  }

  @Option(fromOption)
  readFrom(text: string): Date {
    return readTime(text);
  }

  @Option(toOption)
  readTo(text: string): Date {
    return readTime(text);
  }
}
