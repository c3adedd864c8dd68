import { Clock, DeliveryStatistics } from '@belfry/application';
import { answerOf, beginningOfWindow, DeliveryStats, routes } from '@belfry/contract';
import { Controller, UseInterceptors } from '@nestjs/common';
import { Input, Serve, type Asked } from '../http/contract-route.js';
import { ExistingAccount } from '../http/existing-account.js';
import { ReadTurns } from '../http/read-turns.js';

const { getDeliveryStats } = routes;

/** Counts of deliveries by hour, channel, event type and status. */
@Controller()
@UseInterceptors(ReadTurns)
export class DeliveryStatsController {
  constructor(
    private readonly statistics: DeliveryStatistics,
    private readonly existing: ExistingAccount,
    private readonly clock: Clock,
  ) {}

  @Serve(getDeliveryStats)
  async find(@Input() { params, query: { window: hours } }: Asked<typeof getDeliveryStats>) {
    const { accountId } = await this.existing.require(params.account_id);
    const to = this.clock.now();
    const from = beginningOfWindow(hours, to);
    return answerOf(DeliveryStats, {
      accountId,
      from,
      to,
      hours: await this.statistics.since(accountId, from),
    });
  }
}
