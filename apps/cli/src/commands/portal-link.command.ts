import { Portal } from '@belfry/application';
import { Command } from 'nest-commander';
import { notFound } from '../failure.js';
import { readAccountId } from '../input/values.js';
import { record } from '../output/table.js';
import { operator } from '../workplace/operator.js';
import { BelfryCommand, type JsonOption } from './belfry-command.js';

/** Makes a link to the admin page. */
@Command({
  name: 'portal-link',
  arguments: '<account>',
  description: "make a link to an account's admin page; it opens once, within 5 minutes",
  argsDescription: { account: "the account's id" },
})
export class PortalLinkCommand extends BelfryCommand {
  protected readonly examples = ['belfry portal-link 42'];
  protected override readonly details = 'The link leads to PUBLIC_URL, where an API must run.';

  async run([id]: string[], options: JsonOption): Promise<void> {
    const accountId = readAccountId(id);
    const { app, composition, configuration } = await this.workplace.open();
    const link = await app.get(Portal).createLink(accountId, undefined, operator);
    if (link.status !== 'created') throw notFound('account');
    const document = composition.portalLinkOnTheWire(configuration.publicUrl, link);
    this.output.show(options, document, () =>
      record([
        ['URL', document.url],
        ['good until', document.expires_at],
      ]),
    );
    if (options.json !== true)
      this.output.remark('Whoever opens it first is signed in for the account: give it to nobody else.');
  }
}
