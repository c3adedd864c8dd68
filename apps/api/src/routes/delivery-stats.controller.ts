import { Clock, DeliveryStatistics, type DeliveryCount } from '@belfry/application';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { z } from 'zod';
import { RequireScope } from '../http/authentication.js';
import { ExistingAccount } from '../http/existing-account.js';
import { AccountIdPipe, readQuery } from '../http/paths.js';

const hourMs = 60 * 60 * 1000;
const windowMessage = 'must be a number of hours or days such as 24h or 7d, at most 31d';

const query = z.strictObject({
  window: z
    .string({ error: windowMessage })
    .regex(/^[1-9]\d{0,2}[hd]$/, windowMessage)
    .transform((text) => Number.parseInt(text, 10) * (text.endsWith('d') ? 24 : 1))
    .refine((hours) => hours <= 31 * 24, windowMessage)
    .default(24),
});

/** Counts of deliveries by hour, channel, event type and status. */
@Controller('v1/accounts/:accountId/delivery-stats')
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
    const now = this.clock.now().getTime();
    // The hour that is under way is the last of the window.
    const from = new Date(Math.floor(now / hourMs) * hourMs - (hours - 1) * hourMs);
    const counts = await this.statistics.since(accountId, from);
    return { account_id: accountId, from, to: new Date(now), hours: counts.map(onTheWire) };
  }
}

function onTheWire({ hour, channel, eventType, status, count, durationMs }: DeliveryCount) {
  return { hour, channel, event_type: eventType, status, count, duration_ms: durationMs };
}
