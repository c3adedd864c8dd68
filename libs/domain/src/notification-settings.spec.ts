import fc from 'fast-check';
import { publicDestinationsOnly } from './allowed-destinations.js';
import { platformCatalogue } from './event-catalogue.js';
import {
  applyChange,
  settingsFor,
  untouchedSettings,
  type ChangeKind,
  type NotificationSettings,
} from './notification-settings.js';
import type { Problem } from './problem.js';

const rules = { catalogue: platformCatalogue, allowed: publicDestinationsOnly };
const url = 'https://hooks.example.com/in?token=s3cret';
const other = 'https://other.example.com/';

function change(settings: NotificationSettings, input: unknown, kind: ChangeKind): NotificationSettings {
  const changed = applyChange(settings, input, kind, rules);
  if (!changed.ok) throw new Error(JSON.stringify(changed.problems));
  return changed.value;
}

function problemsOf(
  settings: NotificationSettings,
  input: unknown,
  kind: ChangeKind = 'merge',
): readonly Problem[] {
  const changed = applyChange(settings, input, kind, rules);
  return changed.ok ? [] : changed.problems;
}

/** The settings as the REST contract writes them. */
function written({ accountId, webhookUrl, events }: NotificationSettings) {
  const rows = platformCatalogue.keys.map((key) => {
    const row = events[key] ?? { send_webhook: false, email_subscribers: [] };
    return [key, { send_webhook: row.send_webhook, email_subscribers: row.email_subscribers }];
  });
  return { account_id: accountId, webhook_url: webhookUrl, events: Object.fromEntries(rows) as object };
}

const untouched = untouchedSettings(42);
const set = change(
  untouched,
  {
    webhook_url: url,
    events: {
      run_failed: { send_webhook: true, email_subscribers: ['ops@example.com', 'oncall@example.com'] },
      tenant_created: { send_webhook: true },
    },
  },
  'replace',
);

describe('a replacement', () => {
  it('turns off and empties what it leaves out', () => {
    const replaced = change(
      set,
      { events: { run_failed: { email_subscribers: 'a@example.com' } } },
      'replace',
    );
    expect(replaced.webhookUrl).toBeNull();
    expect(replaced.events['run_failed']).toEqual({
      send_webhook: false,
      email_subscribers: ['a@example.com'],
    });
    expect(Object.keys(replaced.events)).toEqual(platformCatalogue.keys);
    expect(settingsFor(replaced, 'tenant_created')).toEqual({ send_webhook: false, email_subscribers: [] });
    expect(written(change(set, {}, 'replace'))).toEqual(written(untouched));
  });

  it('cannot turn a toggle on by a URL that it does not give itself', () => {
    expect(problemsOf(set, { events: { run_failed: { send_webhook: true } } }, 'replace')).toEqual([
      {
        pointer: '/events/run_failed/send_webhook',
        message: expect.stringMatching(/^can be true only while webhook_url is set/),
      },
    ]);
  });
});

describe('a merge', () => {
  it('keeps what it leaves out', () => {
    expect(change(set, {}, 'merge')).toEqual(change(set, written(set), 'merge'));
    const merged = change(set, { events: { run_failed: { email_subscribers: 'a@example.com' } } }, 'merge');
    expect(merged.webhookUrl).toBe(url);
    expect(merged.events['run_failed']).toEqual({ send_webhook: true, email_subscribers: ['a@example.com'] });
    expect(merged.events['tenant_created']).toEqual(set.events['tenant_created']);
  });

  it('takes away what it sets to null, at every depth', () => {
    const nulled = change(
      set,
      { events: { run_failed: { send_webhook: null, email_subscribers: null } } },
      'merge',
    );
    expect(settingsFor(nulled, 'run_failed')).toEqual({ send_webhook: false, email_subscribers: [] });
    expect(settingsFor(nulled, 'tenant_created').send_webhook).toBe(true);
    expect(
      settingsFor(change(set, { events: { run_failed: null } }, 'merge'), 'run_failed').email_subscribers,
    ).toEqual([]);
    const all = change(set, { events: null }, 'merge');
    expect(all.webhookUrl).toBe(url);
    expect(settingsFor(all, 'tenant_created').send_webhook).toBe(false);
  });

  it('turns every toggle off with the URL, and keeps them through a change to another', () => {
    const cleared = change(set, { webhook_url: null }, 'merge');
    expect(Object.values(cleared.events).some(({ send_webhook }) => send_webhook)).toBe(false);
    expect(settingsFor(cleared, 'run_failed').email_subscribers).toHaveLength(2);
    const moved = change(set, { webhook_url: other }, 'merge');
    expect([moved.webhookUrl, settingsFor(moved, 'run_failed').send_webhook]).toEqual([other, true]);
    // A URL that is given again starts nothing by surprise.
    expect(settingsFor(change(cleared, { webhook_url: url }, 'merge'), 'run_failed').send_webhook).toBe(
      false,
    );
  });

  it('can turn a toggle on in the same change that gives the URL, and not in the one that clears it', () => {
    const events = { run_failed: { send_webhook: true } };
    expect(
      settingsFor(change(untouched, { webhook_url: url, events }, 'merge'), 'run_failed').send_webhook,
    ).toBe(true);
    expect(problemsOf(set, { webhook_url: null, events })).toHaveLength(1);
    expect(problemsOf(untouched, { events })).toHaveLength(1);
  });
});

describe('a refused change', () => {
  it('names every problem by a pointer into the change', () => {
    const problems = problemsOf(untouched, {
      webhook_url: 'ftp://example.com/',
      events: {
        run_failed: { email_subscribers: ['a@example.com', 'bad one'] },
        tenant_created: { email_subscribers: 'worse' },
      },
    });
    expect(problems.map(({ pointer }) => pointer)).toEqual([
      '/webhook_url',
      '/events/tenant_created/email_subscribers',
      '/events/run_failed/email_subscribers/1',
    ]);
    expect(problems[0]!.message).toBe('must be an http or https URL');
    expect(problems[1]!.message).toContain('"worse"');
    expect(problems[2]!.message).toContain('"bad one"');
  });

  it.each([
    [undefined, ''],
    [null, ''],
    [[], ''],
    ['text', ''],
    [{ webhook_url: 5 }, '/webhook_url'],
    [{ events: [] }, '/events'],
    [{ events: { run_failed: true } }, '/events/run_failed'],
    [{ events: { run_failed: { send_webhook: 'true' } } }, '/events/run_failed/send_webhook'],
    [{ events: { run_failed: { email_subscribers: 5 } } }, '/events/run_failed/email_subscribers'],
    [
      { events: { run_failed: { email_subscribers: ['a@example.com', 5] } } },
      '/events/run_failed/email_subscribers/1',
    ],
    [{ events: { run_failed: { subscribers: [] } } }, '/events/run_failed/subscribers'],
    [{ events: { run_succeeded: {} } }, '/events/run_succeeded'],
    [{ webhookUrl: url }, '/webhookUrl'],
    [{ account_id: 43 }, '/account_id'],
    [{ webhook_url: 'https://hooks.example.com/in?***' }, '/webhook_url'],
  ])('%j is refused at "%s"', (input, pointer) => {
    for (const kind of ['merge', 'replace'] as const) {
      expect(problemsOf(set, input, kind)).toEqual([
        { pointer, message: expect.stringMatching(/^(must|is) /) },
      ]);
    }
  });

  it('leaves the settings as they were', () => {
    const before = JSON.stringify(set);
    expect(problemsOf(set, { webhook_url: 'nowhere', events: { run_failed: null } })).toHaveLength(1);
    expect(JSON.stringify(set)).toBe(before);
  });
});

describe('any sequence of changes', () => {
  const sometimes = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
  const row = fc.option(
    fc.record(
      {
        send_webhook: fc.constantFrom(true, true, false, null),
        email_subscribers: fc.constantFrom(
          'a@example.com, A@example.com',
          ['b@example.com'],
          [],
          null,
          'bad one',
        ),
      },
      { requiredKeys: [] },
    ),
  );
  const anyChange = fc.record({
    kind: fc.constantFrom<ChangeKind>('merge', 'replace'),
    input: fc
      .record({
        webhook_url: sometimes(fc.constantFrom(url, other, null, 'http://localhost/', '')),
        events: sometimes(fc.option(fc.dictionary(fc.constantFrom(...platformCatalogue.keys), row))),
      })
      // As JSON would bring it: what is undefined is absent.
      .map((input) => JSON.parse(JSON.stringify(input)) as unknown),
  });

  it('never leads to a toggle without a URL, and what is written can be sent back and changes nothing', () => {
    fc.assert(
      fc.property(fc.array(anyChange, { maxLength: 12 }), (changes) => {
        let settings = untouched;
        for (const { kind, input } of changes) {
          const changed = applyChange(settings, input, kind, rules);
          if (!changed.ok) {
            expect(changed.problems).not.toHaveLength(0);
            continue;
          }
          settings = changed.value;
          const isAnyOn = Object.values(settings.events).some(({ send_webhook }) => send_webhook);
          expect([isAnyOn, settings.webhookUrl]).not.toEqual([true, null]);
          for (const again of ['merge', 'replace'] as const) {
            expect(change(settings, { ...written(settings), updated_at: null }, again)).toEqual(settings);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

test('of a list of subscribers that is too long, nothing is said of the elements', () => {
  const numbers = Array.from({ length: 30_000 }, () => 7);
  expect(
    problemsOf(untouchedSettings(42), { events: { run_failed: { email_subscribers: numbers } } }),
  ).toEqual([
    {
      pointer: '/events/run_failed/email_subscribers',
      message: 'must have at most 50 addresses, but has 30000 entries',
    },
  ]);
});
