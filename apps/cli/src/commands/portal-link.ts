/** `belfry portal-link`: a link to an account's admin page. */
import { accountText, verb } from '../command.js';
import type { CommandContext } from '../command-context.js';
import { readAccountId } from '../input.js';
import { remark, show } from '../output.js';
import { record } from '../table.js';

export const portalLinkCommand = (context: CommandContext) =>
  verb(
    'portal-link',
    "Create a link to an account's admin page; it opens once, within 5 minutes",
    ['belfry portal-link 42'],
    'The link starts with PUBLIC_URL, where an API must be running.',
  )
    .argument('<account>', accountText, readAccountId)
    .action(async (accountId, options) => {
      const { portalLinks } = await context.backend();
      const link = await portalLinks.create(accountId);
      show(options, link, () =>
        record([
          ['URL', link.url],
          ['valid until', link.expires_at],
        ]),
      );
      remark(options, 'Whoever opens it first is signed in to the account: do not share it.');
    });
