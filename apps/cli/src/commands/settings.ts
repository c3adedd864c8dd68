/** `belfry settings`: accounts' notification settings. */
import { maskWebhookUrl, type EventCatalogue, type Problem } from '@belfry/domain';
import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import type { VersionedSettings } from '../backend/backend.js';
import { accountText, group, verb } from '../command.js';
import type { CommandContext } from '../command-context.js';
import { InvalidInput, Refusal, WrongUse, wrongOptions } from '../failure.js';
import { parseDocument, readAccountId, readData, readWord, readWords } from '../input.js';
import { green, show } from '../output.js';
import { record, table, type Column } from '../table.js';

export const settingsCommand = (context: CommandContext) =>
  group(
    'settings',
    "Manage an account's webhook URL, event types and subscribers",
    ['belfry settings get 42', 'belfry settings set 42 --on run_failed'],
    [get(context), set(context), replace(context)],
  );

const settingsVerb = (...description: Parameters<typeof verb>) =>
  verb(...description)
    .argument('<account>', accountText, readAccountId)
    .option('--show-secrets', "Show the webhook URL's query, which may be a shared secret");

const get = (context: CommandContext) =>
  settingsVerb('get', "Show an account's notification settings", [
    'belfry settings get 42',
    'belfry settings get 42 --json --show-secrets > settings.json',
  ]).action(async (accountId, options) => {
    const { settings } = await context.backend();
    showSettings(context.catalogue, options, await settings.get(accountId));
  });

const ifMatchOption = new Option(
  '--if-match <version>',
  'Change the settings only if they are still at this version, as shown by `belfry settings get`',
).argParser((text) => {
  // As people read it, or as the ETag header has it.
  const version = /^(?:(\d{1,15})|"(\d{1,15})")$/.exec(text);
  if (version === null) throw new InvalidArgumentError('It must be a version such as 3.');
  return Number(version[1] ?? version[2]);
});

const set = (context: CommandContext) => {
  const { keys } = context.catalogue;
  const toggleOption = (flags: '--on <event_types>' | '--off <event_types>', description: string) =>
    new Option(flags, description).choices(['all', ...keys]);
  const readEventTypes = (text: string, before: readonly string[] | undefined = []): readonly string[] => [
    ...before,
    ...(text === 'all' ? keys : readWords(text, keys)),
  ];
  return settingsVerb(
    'set',
    "Change some of an account's notification settings; the others stay as they are",
    [
      "belfry settings set 42 --webhook-url 'https://hooks.example.com/in?token=s3cret' --on run_failed,tenant_created",
      'belfry settings set 42 --off all',
      'belfry settings set 42 --subscribers run_failed=ops@example.com,oncall@example.com tenant_created=',
      'belfry settings set 42 --clear-webhook-url --if-match 3',
    ],
  )
    .option('--webhook-url <url>', 'Send webhooks of this account to this URL')
    .option('--clear-webhook-url', 'Stop sending webhooks: remove the URL, and turn all event types off')
    .addOption(
      toggleOption(
        '--on <event_types>',
        'Send webhooks for these event types, comma-separated, or for all',
      ).argParser(readEventTypes),
    )
    .addOption(
      toggleOption(
        '--off <event_types>',
        'Send no webhooks for these event types, comma-separated, or for all',
      ).argParser(readEventTypes),
    )
    .option(
      '--subscribers <lists...>',
      'Mail these people besides the primary contact: event_type=address,address; leave out the addresses to clear the list',
      (text: string, before: Readonly<Record<string, string>> | undefined) => {
        const split = text.indexOf('=');
        if (split < 1) throw new InvalidArgumentError('It must be event_type=address,address.');
        return { ...before, [readWord(text.slice(0, split), keys)]: text.slice(split + 1) };
      },
    )
    .addOption(ifMatchOption)
    .action(async (accountId, options) => {
      const patch = settingsPatch(options);
      const { settings } = await context.backend();
      const changed = await settings
        .change(accountId, patch, 'merge', options.ifMatch)
        .catch((error: unknown) => {
          throw error instanceof InvalidInput ? refusedOptions(error.problems) : error;
        });
      showSettings(context.catalogue, options, changed);
    });
};

const replace = (context: CommandContext) =>
  settingsVerb(
    'replace',
    "Replace all of an account's notification settings; what you leave out is off, empty or null",
    [
      'belfry settings replace 42 --data @settings.json',
      'belfry settings replace 42 --if-match 3 < settings.json',
    ],
  )
    .option(
      '--data <json>',
      'The settings as in the REST API: JSON, @file.json, or - for standard input (default)',
    )
    .addOption(ifMatchOption)
    .action(async (accountId, options) => {
      const document = parseDocument(await readData(options.data));
      const { settings } = await context.backend();
      const changed = await settings.change(accountId, document, 'replace', options.ifMatch);
      showSettings(context.catalogue, options, changed);
    });

/** What is to change, as the options of `belfry settings set` say it. */
interface PatchOptions {
  readonly webhookUrl?: string | undefined;
  readonly clearWebhookUrl?: true | undefined;
  /** Event types whose webhook is switched on. */
  readonly on?: readonly string[] | undefined;
  readonly off?: readonly string[] | undefined;
  /** Subscribers by event type: the new list, comma-separated; empty clears it. */
  readonly subscribers?: Readonly<Record<string, string>> | undefined;
}

interface EventPatch {
  readonly send_webhook?: boolean;
  readonly email_subscribers?: string;
}

/** The JSON Merge Patch (RFC 7396) for these options. Throws `WrongUse` where they ask for nothing, or contradict each other. */
export function settingsPatch(options: PatchOptions): Record<string, unknown> {
  const { webhookUrl, clearWebhookUrl = false, on = [], off = [], subscribers = {} } = options;
  if (webhookUrl !== undefined && clearWebhookUrl)
    throw new WrongUse('--webhook-url and --clear-webhook-url contradict each other: give one of them');
  const both = on.find((key) => off.includes(key));
  if (both !== undefined) throw new WrongUse(`${both} is in both --on and --off`);

  const events: Record<string, EventPatch> = {};
  const change = (key: string, patch: EventPatch) => (events[key] = { ...events[key], ...patch });
  for (const key of on) change(key, { send_webhook: true });
  for (const key of off) change(key, { send_webhook: false });
  for (const [key, addresses] of Object.entries(subscribers)) change(key, { email_subscribers: addresses });

  const patch = {
    ...(webhookUrl === undefined ? {} : { webhook_url: webhookUrl }),
    ...(clearWebhookUrl ? { webhook_url: null } : {}),
    ...(Object.keys(events).length === 0 ? {} : { events }),
  };
  if (Object.keys(patch).length === 0)
    throw new WrongUse('there is nothing to change: give at least one option');
  return patch;
}

/** A toggle that cannot be on is well written: it is refused because of what is stored. */
function refusedOptions(problems: readonly Problem[]): Error {
  const wrong = wrongOptions(problems, optionOf);
  return problems.every(({ pointer }) => pointer.endsWith('/send_webhook'))
    ? new Refusal('the change was refused; nothing was stored', wrong.problems)
    : wrong;
}

/** The option that a field of the settings came from. */
function optionOf(pointer: string): string | undefined {
  if (pointer === '/webhook_url') return '--webhook-url';
  const [, key, field] = /^\/events\/(\w+)\/(\w+)/.exec(pointer) ?? [];
  if (field === 'send_webhook') return `--on ${key}`;
  return field === 'email_subscribers' ? `--subscribers ${key}` : undefined;
}

/** Whoever runs the command may see the URL; but screens and files are seen by others too. */
function showSettings(
  { keys }: EventCatalogue,
  options: { readonly json?: true | undefined; readonly showSecrets?: true | undefined },
  { settings, version }: VersionedSettings,
): void {
  const url = settings.webhook_url;
  const shown = { ...settings, webhook_url: url === null || options.showSecrets ? url : maskWebhookUrl(url) };
  show(options, shown, () => {
    const facts = record([
      ['account', shown.account_id],
      ['webhook URL', shown.webhook_url],
      ['version', version],
      ['updated', shown.updated_at],
    ]);
    const columns: readonly Column<string>[] = [
      { heading: 'EVENT TYPE', value: (key) => key },
      {
        heading: 'WEBHOOK',
        value: (key) => (shown.events[key]?.send_webhook ? 'on' : 'off'),
        style: (text) => (text.startsWith('on') ? green(text) : text),
      },
      { heading: 'SUBSCRIBERS', value: (key) => shown.events[key]?.email_subscribers.join(', ') },
    ];
    return `${facts}\n\n${table(columns, keys, '')}`;
  });
}
