import { Command } from 'nest-commander';
import { Refusal } from '../failure.js';
import { record } from '../output/table.js';
import { BelfryCommand, type JsonOption } from './belfry-command.js';

/** Makes the sample account. */
@Command({
  name: 'seed',
  description:
    "make the sample account for development, with a first key; run again, it points the account's webhooks here",
})
export class SeedCommand extends BelfryCommand {
  protected readonly examples = ['belfry seed'];

  async run(_arguments: string[], options: JsonOption): Promise<void> {
    const { composition, configuration } = await this.workplace.configure();
    if (!composition.isDevelopment(configuration)) {
      throw new Refusal(
        'the sample account is for development only, but NODE_ENV is production or SMTP_URL is set',
      );
    }
    const { app } = await this.workplace.open();
    const { developmentEndpoint, seedSampleAccount } = await import('@belfry/development');
    const endpoint = developmentEndpoint(configuration);
    const { sites } = configuration;
    const { version } = composition;
    const { accountId, apiKey } = await seedSampleAccount(app, { endpoint, sites, version });
    this.output.show(options, { account_id: accountId, webhook_url: endpoint, key: apiKey }, () =>
      record([
        ['account', accountId],
        ['webhook URL', endpoint],
        ['key', apiKey ?? 'the account existed already: make a key with `belfry keys create`'],
      ]),
    );
  }
}
