/** The options by which deliveries are chosen, as every command that chooses some takes them. */
import { channels, platformCatalogue } from '@belfry/domain';
import type { Option } from 'nest-commander';

type OptionDescription = Parameters<typeof Option>[0];

export const channelOption: OptionDescription = {
  flags: '--channel <channel>',
  description: 'only over this channel',
  choices: [...channels],
};

export const eventTypeOption: OptionDescription = {
  flags: '--event-type <key>',
  description: 'only of this event type',
  choices: [...platformCatalogue.keys],
};

export const fromOption: OptionDescription = {
  flags: '--from <time>',
  description: 'created at this time or later',
};

export const toOption: OptionDescription = { flags: '--to <time>', description: 'created before this time' };
