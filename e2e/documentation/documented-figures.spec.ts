/**
 * Holds figures in the docs against the code. A figure of a constant is read from the constant where it stands, so that
 * nothing has to be exported for a test; defaults of settings are what an empty environment gives.
 */
import { readConfiguration } from '@belfry/configuration';
import { eventTypes, type EventType } from '@belfry/domain';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const read = (path: string) => readFileSync(join(__dirname, '../..', path), 'utf8');
/** As pages write numbers: 5,000. */
const written = (value: number) => value.toLocaleString('en');

/** The value of a constant or of a field, such as `5_000` or `64 * 1024`; `name` is a pattern of what stands before it. */
function valueIn(path: string, name: string): number {
  const found = new RegExp(`\\b${name}(?: =|:) ([0-9_ *]+)[;,]`).exec(read(path));
  if (found === null) throw new Error(`${path} has no ${name} = number`);
  return found[1]!.split('*').reduce((product, factor) => product * Number(factor.replaceAll('_', '')), 1);
}

const { limits, access, database, webhooks, platform } = readConfiguration({});
const { allowances } = access;
const of = {
  waitingEvents: valueIn('libs/application/src/pipeline/event-intake.ts', 'maximumWaiting'),
  storedAtOnce: valueIn('libs/application/src/pipeline/event-intake.ts', 'maximumBatch'),
  waitingOutcomes: valueIn('libs/application/src/pipeline/outcome-recorder.ts', 'maximumWaiting'),
  gatherMs: valueIn('libs/application/src/pipeline/outcome-recorder.ts', 'gatherMs'),
  batch: valueIn('libs/domain/src/event.ts', 'maximumBatch'),
  subscribers: valueIn('libs/domain/src/email-address.ts', 'maximumSubscribers'),
  longestUrl: valueIn('libs/domain/src/webhook-url.ts', 'longestUrl'),
  smtpConnections: valueIn('libs/adapters/mail/src/smtp-pool.ts', 'brisk'),
  mostSmtpConnections: valueIn('libs/adapters/mail/src/smtp-pool.ts', 'total'),
  mailsPerConnection: valueIn('libs/adapters/mail/src/smtp-pool.ts', 'messagesPerConnection'),
  slowMailSeconds: valueIn('libs/adapters/mail/src/smtp-pool.ts', 'slowAfterMs') / 1000,
  asideSeconds: valueIn('libs/application/src/pipeline/channel-policies.ts', 'mailAsideAfterMs') / 1000,
  mailsAside: valueIn('libs/application/src/pipeline/channel-policies.ts', 'mostMailsAside'),
  greetingMinutes: valueIn('libs/adapters/mail/src/smtp-pool.ts', 'greetingMs') / 60_000,
  answerMinutes: valueIn('libs/adapters/mail/src/smtp-pool.ts', 'silenceMs') / 60_000,
  dialSeconds: valueIn('libs/adapters/mail/src/smtp-pool.ts', 'connectionMs') / 1000,
  recordMarginSeconds: valueIn('apps/api/src/main.ts', 'recordMarginMs') / 1000,
  keptBodyKiB: valueIn('libs/adapters/webhook/src/kept-body.ts', 'keptBodyBytes') / 1024,
  headersKiB: valueIn('libs/adapters/webhook/src/answer-head.ts', 'longestHead') / 1024,
  retentionBatch: valueIn('libs/application/src/pipeline/retention-sweep.ts', 'batchSize'),
  retentionMinutes: valueIn('libs/application/src/pipeline/retention-sweep.ts', 'intervalMs') / 60_000,
  retentionFirstSeconds: valueIn('libs/application/src/pipeline/retention-sweep.ts', 'firstLookMs') / 1000,
  bodyKiB: valueIn('apps/api/src/http/body-limits.ts', 'bodyLimits: BodyLimits = \\{ bytes') / 1024,
  batchBodyMiB:
    valueIn('apps/api/src/http/body-limits.ts', 'batchLimits: BodyLimits = \\{ bytes') / 1024 ** 2,
  placeSeconds: valueIn('libs/application/src/send-test-webhook.ts', 'placeWithinMs') / 1000,
  stopMarginSeconds: valueIn('apps/api/src/main.ts', 'stopMarginMs') / 1000,
  webhookSeconds: webhooks.timeoutMs / 1000,
  leaseSeconds: (webhooks.timeoutMs + webhooks.leaseMarginMs) / 1000,
};
const stopSeconds = of.webhookSeconds + of.stopMarginSeconds;

test.each<[page: string, sentence: string]>([
  ['webhooks.md', `up to ${limits.webhooks.perAccount} at a time in each worker`],
  ['webhooks.md', `the first ${of.keptBodyKiB} KiB are kept`],
  ['webhooks.md', `A body of more than ${of.keptBodyKiB} KiB is cut there`],
  ['webhooks.md', `the answer's headers were over ${of.headersKiB} KiB`],
  ['webhooks.md', `The ${of.webhookSeconds} seconds run`],
  ['webhooks.md', `at most ${of.longestUrl} characters, without user name`],
  [
    'webhooks.md',
    `an account can have ${written(allowances.webhookRedeliveriesPerHour)} webhooks and ${allowances.mailRedeliveriesPerHour} mails redelivered`,
  ],
  ['webhooks.md', `An account has ${allowances.testsPerMinute} of these a minute`],
  ['webhooks.md', `where none comes free in ${of.placeSeconds} s`],
  ['running.md', `| ${of.bodyKiB} KiB; a batch ${of.batchBodyMiB} MiB and ${written(of.batch)} events`],
  ['running.md', `subscribers of one event type | ${of.subscribers} |`],
  ['running.md', `events that wait to be stored, per process | ${written(of.waitingEvents)}, then 503`],
  [
    'running.md',
    `webhooks in flight, per process / per account / per origin | ${limits.webhooks.inFlight} / ${limits.webhooks.perAccount} / ${limits.webhooks.perOrigin} |`,
  ],
  [
    'running.md',
    `mails in flight, per process / per domain | ${limits.mails.inFlight} / ${limits.mails.perDomain}, over ${of.smtpConnections} SMTP connections; up to ${of.mostSmtpConnections} where a slow server holds some`,
  ],
  ['running.md', `outcomes that wait for the database, per process | ${written(of.waitingOutcomes)} (`],
  ['running.md', `connections to PostgreSQL, per process | ${database.poolSize} (`],
  ['running.md', `two workers send up to ${2 * limits.webhooks.perAccount} webhooks of one account`],
  ['running.md', `more than its ${limits.webhooks.perAccount} places carry`],
  ['running.md', `at most \`WEBHOOK_TIMEOUT_MS\` + ${of.stopMarginSeconds} s: ${stopSeconds} s by default`],
  ['running.md', `wait more than ${stopSeconds} s before it kills`],
  ['running.md', `after \`RETENTION_DAYS\` (${platform.retention.events})`],
  [
    'running.md',
    `The first look comes ${of.retentionFirstSeconds} s after the start, then every ${of.retentionMinutes} minutes, ${of.retentionBatch} events at a time`,
  ],
  [
    'configuration.md',
    `${of.greetingMinutes} minutes for its greeting, ${of.answerMinutes} minutes for each answer`,
  ],
  ['configuration.md', `not there within ${of.dialSeconds} s`],
  ['configuration.md', `with the server for ${of.slowMailSeconds} s frees its place`],
  [
    'configuration.md',
    `Up to ${of.smtpConnections} connections carry the mails, ${of.mailsPerConnection} each, and up to ${of.mostSmtpConnections}`,
  ],
  ['operations/scaling.md', `${of.smtpConnections} SMTP connections carry them`],
  [
    'pipeline.md',
    `under way for ${of.asideSeconds} s gives its place to the next; up to ${of.mailsAside} do`,
  ],
  ['pipeline.md', `until ${of.recordMarginSeconds} s before the stop's end`],
  ['operations/running.md', `more than ${stopSeconds} s to stop`],
  ['pipeline.md', `A batch holds at most ${written(of.storedAtOnce)} events`],
  ['pipeline.md', `Outcomes gather for ${of.gatherMs} ms`],
  [
    'pipeline.md',
    `at most ${limits.webhooks.inFlight} webhooks at once, ${limits.webhooks.perAccount} of one account and ${limits.webhooks.perOrigin} to one origin; ${limits.mails.inFlight} mails, ${limits.mails.perDomain} to one recipient domain`,
  ],
  ['pipeline.md', `A lease is ${of.leaseSeconds} seconds`],
  ['pipeline.md', `more than ${written(of.waitingEvents)} events wait to be stored`],
  ['pipeline.md', `wait in memory, up to ${written(of.waitingOutcomes)}`],
  ['pipeline.md', `at most its account's ${limits.webhooks.perAccount} places`],
])('docs/%s: "%s"', (page, sentence) => {
  expect(read(`docs/${page}`).replaceAll(/\s+/g, ' ')).toContain(sentence);
});

test.each(eventTypes as readonly EventType[])(
  'README.md and docs/webhooks.md have the row of $key (if not: npm run docs)',
  ({ key, description, fields }) => {
    const names = Object.keys(fields).map((name) => `\`${name}\``);
    expect(read('README.md').replaceAll(/ +/g, ' ')).toContain(`| \`${key}\` | ${description} |`);
    expect(read('docs/webhooks.md').replaceAll(/ +/g, ' ')).toContain(`| \`${key}\` | ${names.join(', ')} |`);
  },
);

test('whoever runs the process is told one time to wait for its end, longer than it may take', () => {
  const places: readonly (readonly [path: string, pattern: RegExp])[] = [
    ['deploy/systemd/belfry@.service', /^TimeoutStopSec=(\d+)$/m],
    ['deploy/compose/compose.yaml', /^ {2}stop_grace_period: (\d+)s$/m],
    ['deploy/container/Dockerfile', /docker stop --time (\d+)/],
    ['docs/running.md', /`terminationGracePeriodSeconds: (\d+)`/],
    ['docs/running.md', /`TimeoutStopSec=(\d+)`/],
    ['docs/operations/running.md', /--stop-timeout (\d+)/],
    ['docs/operations/running.md', /Here it is (\d+) s everywhere/],
  ];
  const seconds = places.map(([path, pattern]) => Number(pattern.exec(read(path))?.[1]));
  expect(new Set(seconds).size).toBe(1);
  expect(seconds[0]).toBeGreaterThan(stopSeconds);
});
