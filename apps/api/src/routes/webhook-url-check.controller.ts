import { Destinations } from '@belfry/application';
import { parseWebhookUrl } from '@belfry/domain';
import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { z } from 'zod';
import { RequireScope } from '../http/authentication.js';
import { ExistingAccount } from '../http/existing-account.js';
import { AccountIdPipe, readQuery } from '../http/paths.js';

const bodySchema = z.strictObject(
  { webhook_url: z.string({ error: 'must be a URL as a string' }) },
  { error: 'must be an object with the field webhook_url' },
);

/**
 * Says whether a URL would be taken. The page judges a URL while it is typed by the domain's rules; what the operator
 * allows beyond them, it asks here for the one URL, so that no list of the operator's ever leaves the server.
 */
@Controller('v1/accounts/:accountId/webhook-url-check')
@RequireScope('settings:write')
export class WebhookUrlCheckController {
  constructor(
    private readonly destinations: Destinations,
    private readonly existing: ExistingAccount,
  ) {}

  @Post()
  @HttpCode(200)
  async check(@Param('accountId', AccountIdPipe) accountId: number, @Body() body: unknown) {
    const { webhook_url } = readQuery(bodySchema, body);
    await this.existing.require(accountId);
    const judged = parseWebhookUrl(webhook_url, this.destinations.for(accountId));
    return { problem: judged.ok ? null : judged.problems[0]!.message };
  }
}
