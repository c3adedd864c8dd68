/** `belfry event-types`: what can be published, and what receivers get. */
import type { EventType } from '../backend/backend.js';
import { group, verb } from '../command.js';
import type { CommandContext } from '../command-context.js';
import { oneOf } from '../input.js';
import { bold, printableJson, show } from '../output.js';
import { record, table, type Column } from '../table.js';

export const eventTypesCommand = (context: CommandContext) =>
  group(
    'event-types',
    'See what can be published, and what receivers get',
    ['belfry event-types list', 'belfry event-types show run_failed'],
    [list(context), showOne(context)],
  );

const columns: readonly Column<EventType>[] = [
  { heading: 'KEY', value: ({ key }) => key },
  { heading: 'NAME', dropped: 1, value: ({ name }) => name },
  { heading: 'PUBLISHED WHEN', dropped: 2, value: ({ description }) => description },
];

const list = (context: CommandContext) =>
  verb('list', 'List event types', ['belfry event-types list']).action(async (options) => {
    const types = await (await context.backend()).eventTypes.list();
    show(options, { event_types: types }, () => table(columns, types, ''));
  });

const showOne = (context: CommandContext) =>
  verb('show', 'Show an event type: what to publish, and an example of the webhook payload', [
    'belfry event-types show run_failed',
    'belfry event-types show run_failed --json',
  ])
    .argument(
      '<event_type>',
      `One of ${context.catalogue.keys.join(', ')}`,
      oneOf('event type', context.catalogue.keys),
    )
    .action(async (key, options) => {
      const type = context.catalogue.find(key)!;
      const shown = (await (await context.backend()).eventTypes.list()).find((one) => one.key === key)!;
      show(options, shown, () =>
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
          `${bold('Webhook payload')}\n${printableJson(shown.example, 2)}`,
          `${bold('JSON Schema of the payload')}\n${printableJson(shown.schema, 2)}`,
        ].join('\n\n'),
      );
    });
