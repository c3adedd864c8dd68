import { platformCatalogue } from '@belfry/domain';
import { SubCommand } from 'nest-commander';
import { readEventType } from '../../input/values.js';
import { printableJson } from '../../output/printable.js';
import { bold } from '../../output/style.js';
import { record, table } from '../../output/table.js';
import { BelfryCommand, type JsonOption } from '../belfry-command.js';

/** Shows an event type. */
@SubCommand({
  name: 'show',
  arguments: '<event_type>',
  description: 'show an event type: what to publish, and an example of the webhook payload',
  argsDescription: { event_type: `one of ${platformCatalogue.keys.join(', ')}` },
})
export class ShowEventTypeCommand extends BelfryCommand {
  protected readonly examples = [
    'belfry event-types show run_failed',
    'belfry event-types show run_failed --json',
  ];

  async run([key]: string[], options: JsonOption): Promise<void> {
    const type = platformCatalogue.find(readEventType(key))!;
    const { composition, configuration } = await this.workplace.configure();
    const document = composition.eventTypeOnTheWire(type, platformCatalogue, configuration.sites);
    this.output.show(options, document, () =>
      [
        record([
          ['event type', type.key],
          ['name', type.name],
          ['published when', type.description],
        ]),
        table(
          [
            { heading: 'FIELD OF DATA', value: ([name]) => name },
            {
              heading: 'TYPE',
              value: ([name]) => (typeof type.example[name] === 'number' ? 'integer' : 'string'),
            },
            {
              heading: '',
              value: ([, field]) =>
                field.link === undefined ? 'required' : 'optional: filled in if left out',
            },
            { heading: 'MEANING', dropped: 1, value: ([, field]) => field.description },
          ],
          Object.entries(type.fields),
          '',
        ),
        `${bold('Webhook payload')}\n${printableJson(document.example, 2)}`,
        `${bold('Its JSON Schema')}\n${printableJson(document.schema, 2)}`,
      ].join('\n\n'),
    );
  }
}
