import { Destinations } from '@belfry/application';
import { routes } from '@belfry/contract';
import { parseWebhookUrl } from '@belfry/domain';
import { Controller } from '@nestjs/common';
import { Input, Serve, type Asked } from '../http/contract-route.js';
import { ExistingAccount } from '../http/existing-account.js';

const { checkWebhookUrl } = routes;

/**
 * Says whether a URL would be taken. The page judges a URL while it is typed by the domain's rules; what the operator
 * allows beyond them, it asks here for the one URL, so that no list of the operator's ever leaves the server.
 */
@Controller()
export class WebhookUrlCheckController {
  constructor(
    private readonly destinations: Destinations,
    private readonly existing: ExistingAccount,
  ) {}

  @Serve(checkWebhookUrl)
  async check(@Input() { params, body }: Asked<typeof checkWebhookUrl>) {
    const { accountId } = await this.existing.require(params.account_id);
    const judged = parseWebhookUrl(body.webhook_url, this.destinations.for(accountId));
    return { problem: judged.ok ? null : judged.problems[0]!.message };
  }
}
