import { Clock, DeliveryStatistics } from '@belfry/application';
import { beginningOfWindow, deliveryStatsOnTheWire, hoursOfWindow, windowRule } from '@belfry/nest';
import { Controller, Get, Param, Query, UseInterceptors } from '@nestjs/common';
import { z } from 'zod';
import { RequireScope } from '../http/authentication.js';
import { ReadTurns } from '../http/read-turns.js';
import { ExistingAccount } from '../http/existing-account.js';
import { AccountIdPipe, readQuery } from '../http/paths.js';

const query = z.strictObject({
  window: z
    .string({ error: windowRule })
    .transform(hoursOfWindow)
    .refine((hours) => hours !== null, windowRule)
    .default(24),
});

/** Counts of deliveries by hour, channel, event type and status. */
@Controller('v1/accounts/:accountId/delivery-stats')
@UseInterceptors(ReadTurns)
@RequireScope('deliveries:read')
export class DeliveryStatsController {
  constructor(
    private readonly statistics: DeliveryStatistics,
    private readonly existing: ExistingAccount,
    private readonly clock: Clock,
  ) {}

  @Get()
  async find(@Param('accountId', AccountIdPipe) accountId: number, @Query() given: unknown) {
    const { window: hours } = readQuery(query, given);
    await this.existing.require(accountId);
    const now = this.clock.now();
    const from = beginningOfWindow(hours, now);
    const counts = await this.statistics.since(accountId, from);
    return deliveryStatsOnTheWire(accountId, from, now, counts);
  }
}
