import type { Mailer } from '@belfry/application';
import { fillIn, nameText, platformCatalogue } from '@belfry/domain';
import type { TestingModule } from '@nestjs/testing';
import fc from 'fast-check';
import { openModule } from './open-module.fixture.js';
import { sampleMail } from './sample-mails.fixture.js';
import { shownName } from './shown-name.js';
import { onOneLine } from './text-layout.js';
import { startSink, type SmtpSink } from './smtp-sink.fixture.js';

const hostile = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  `"quoted" 'names' \\ and, semicolons; (comments) <x@example.com>`,
  'Bcc: x@example.com',
  '=?UTF-8?Q?Bcc=3A_x=40example=2Ecom?=',
  '=?utf-8?B?DQpCY2M6IHhAZXhhbXBsZS5jb20=?=',
  '{{accountName}} {run_id} {{{html}}} $& $1',
  '🦊 emoji 👩‍👩‍👧‍👦',
  'לקוח עברי \u202e rtl',
  'invoice\u202egnp.exe',
  '\u2067Acme\u2066 \u202b(id 1)\u202c\u2069 \u200f\u061c',
  'شركة (2026) 7',
  'W'.repeat(255),
  '漢'.repeat(255),
  '🦊'.repeat(255),
  'two  spaces   inside',
  'line\u2028separator',
  'Acme\u2028Account:       Evil Corp (id 1)\u2029-- \u2028You receive this mail because of https://evil.example.com',
  '.',
];

let sink: SmtpSink;
let application: TestingModule;
let mailer: Mailer;

beforeAll(async () => {
  sink = await startSink();
  ({ mailer, module: application } = await openModule({ smtpUrl: sink.url }));
});
afterAll(async () => {
  await application.close();
  await sink.close();
});

const headerNames = [
  'from',
  'to',
  'message-id',
  'in-reply-to',
  'references',
  'subject',
  'list-id',
  'auto-submitted',
  'x-auto-response-suppress',
  'x-mailer',
  'date',
  'mime-version',
  'content-type',
].sort();

/** RFC 2047 encoded words decoded, which mailparser leaves undone in this header. */
const decoded = (phrase: string) =>
  phrase.replace(/=\?UTF-8\?B\?([^?]*)\?=\s*/g, (_word, base64: string) =>
    Buffer.from(base64, 'base64').toString(),
  );

/** Sends a mail in which each name is as given, and checks what no name may change. */
async function arrives(accountName: string, integrationName: string, tenantName: string) {
  sink.received.splice(0);
  const mail = sampleMail('run_failed', {
    accountName,
    data: { integration_name: integrationName, tenant_name: tenantName },
  });
  const outcome = await mailer.send(mail);
  expect(outcome.result).toBe('accepted');
  const [{ parsed, source, envelopeTo }] = sink.received as [(typeof sink.received)[number]];
  const payload = JSON.parse(mail.payload) as Record<string, string | number>;
  const filled = fillIn(platformCatalogue.find('run_failed')!.subject, payload, shownName);

  expect(envelopeTo).toEqual(['ops@example.com']);
  expect(parsed.headerLines.map(({ key }) => key).sort()).toEqual(headerNames);
  expect([parsed.to].flat().map((to) => to!.value)).toEqual([[{ name: '', address: 'ops@example.com' }]]);
  expect(parsed.subject).toBe(`[${shownName(accountName)} · production] ${filled}`);
  const list = (parsed.headers.get('list') as unknown as { id: { name: string; id: string } }).id;
  expect(list.id).toBe('account-42.notifications.mail.example.com');
  expect(decoded(list.name)).toBe(`${shownName(accountName)} notifications`);
  // RFC 5322 section 2.1.1: no line of more than 998 octets; here none of the head is longer than 78.
  const head = source.slice(0, source.indexOf('\r\n\r\n'));
  for (const line of head.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(78);
  for (const name of [accountName, integrationName, tenantName])
    expect(parsed.text).toContain(onOneLine(shownName(name)));
  return {
    html: parsed.html as string,
    text: parsed.text!,
    subject: parsed.subject!,
    list: decoded(list.name),
  };
}

/** What each line begins with, up to its colon; lines end wherever any mail program may end one (UAX #14). */
const labelsOf = (text: string) =>
  text
    .split(/\r\n|[\n\v\f\r\x85\u2028\u2029]/)
    .map((line) => /^[A-Z][A-Za-z ]{0,24}:(?= |$)/.exec(line)?.[0] ?? '');

describe('names in a mail', () => {
  it.each(hostile)('%s adds no header and no element', async (name) => {
    const plain = await arrives('a', 'b', 'c');
    const { html } = await arrives(name, name, name);
    const tags = (text: string) => text.match(/<[a-z/!][^>]*>/gi);
    expect(tags(html)).toEqual(tags(plain.html));
  });

  it.each(hostile)('%s adds no line to the text that could be read as a fact', async (name) => {
    const plain = await arrives('a', 'b', 'c');
    const { text } = await arrives(name, name, name);
    expect(labelsOf(text)).toEqual(labelsOf(plain.text));
  });

  it.each(hostile)('%s brings no control of direction into any part of the mail', async (name) => {
    const { subject, text, html, list } = await arrives(name, name, name);
    const ours = /[\u2068\u2069]/g;
    for (const part of [subject, text, html, list]) {
      expect(part.replace(ours, '')).not.toMatch(/[\p{Bidi_Control}\u206a-\u206f]/u);
      // Each of ours that opens is closed, within its line.
      for (const line of part.split('\n')) {
        expect((line.match(ours) ?? []).join('').replaceAll('\u2068\u2069', '')).toBe('');
      }
    }
  });

  it('written from right to left stand in isolation, so that what follows keeps its place', async () => {
    const name = 'لقوح';
    const { subject, text } = await arrives(name, name, 'Acme');
    expect(subject).toContain(`[\u2068${name}\u2069 · production]`);
    expect(text).toMatch(new RegExp(`^Account: +\u2068${name}\u2069 \\(id 42\\)$`, 'm'));
    expect(text).toMatch(/^Tenant: +Acme \(id \d+\)$/m);
  });

  it('in a link keep their meaning, and are not shown', async () => {
    sink.received.splice(0);
    const admin_link = 'https://admin.example.com/runs/\u202e109';
    await mailer.send(sampleMail('run_failed', { data: { admin_link } }));
    const [{ parsed }] = sink.received as [(typeof sink.received)[number]];
    expect(parsed.text).toContain('https://admin.example.com/runs/%E2%80%AE109');
    expect(parsed.html).toContain('href="https://admin.example.com/runs/%E2%80%AE109"');
  });

  it('whatever they are, arrive as they are, in a mail with one To and the expected subject', async () => {
    const name = fc
      .oneof(
        fc.constantFrom(...hostile),
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 80 }),
        fc.string({ unit: 'binary', minLength: 1, maxLength: 255 }),
        fc.string({
          unit: fc.constantFrom('=', '?', ' ', '<', '>', '"', '\\', ',', '_', 'é', '('),
          minLength: 1,
          maxLength: 60,
        }),
      )
      .map((text) => nameText.safeParse(text))
      .filter((parsed) => parsed.success)
      .map((parsed) => parsed.data);
    await fc.assert(
      fc.asyncProperty(name, name, name, async (account, integration, tenant) => {
        await arrives(account, integration, tenant);
      }),
      { numRuns: 150 },
    );
  });
});

describe('what validation should have stopped', () => {
  it('a line break in a name still makes no header', async () => {
    sink.received.splice(0);
    const mail = sampleMail('run_failed', { accountName: 'Acme\r\nBcc: x@example.com\r\n\r\nbody' });
    const outcome = await mailer.send(mail);
    const [{ parsed, envelopeTo }] = sink.received as [(typeof sink.received)[number]];
    expect(envelopeTo).toEqual(['ops@example.com']);
    expect(parsed.headerLines.map(({ key }) => key).sort()).toEqual(headerNames);
    expect(parsed.subject).toMatch(/^\[Acme Bcc: x@example.com body · production\]/);
    for (const value of Object.values(outcome.request.headers)) expect(value).not.toMatch(/[\r\n]/);
  });

  it('a line break in any text makes neither a header nor a line', async () => {
    const breaks = fc.constantFrom('\r\n', '\n', '\r', '\u0085', '\u2028', '\u2029', '\v', '\f', '\0');
    const forged = fc.constantFrom(
      'Bcc: x@example.com',
      'Account: Evil Corp',
      '.',
      '-- ',
      '\r\nQUIT',
      'Subject: hi',
    );
    const text = fc
      .array(fc.oneof(breaks, forged), { minLength: 2, maxLength: 6 })
      .map((parts) => `a${parts.join('')}`);
    const plain = await arrives('a', 'b', 'c');
    await fc.assert(
      fc.asyncProperty(text, text, text, async (accountName, name, status) => {
        sink.received.splice(0);
        const data = { integration_name: name, tenant_name: name, run_status: status };
        await mailer.send(sampleMail('run_failed', { accountName, data }));
        expect(sink.received.length).toBe(1);
        const [{ parsed, envelopeTo }] = sink.received as [(typeof sink.received)[number]];
        expect(envelopeTo).toEqual(['ops@example.com']);
        expect(parsed.headerLines.map(({ key }) => key).sort()).toEqual(headerNames);
        expect(labelsOf(parsed.text!)).toEqual(labelsOf(plain.text));
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    'ops@example.com\r\nBcc: x@example.com',
    'ops@example.com>\r\nRCPT TO:<x@example.com',
    'ops@example.com, x@example.com',
    'x@example.com <ops@example.com>',
    'ops@example.com\0x@example.com',
  ])('an address such as %j is refused: it would reach somebody else', async (recipient) => {
    sink.received.splice(0);
    const outcome = await mailer.send({ ...sampleMail('run_failed', {}), recipient });
    expect(outcome.result).toBe('permanent');
    expect(sink.received).toEqual([]);
  });

  it('a link that is no web address is a fact, and never an href', async () => {
    sink.received.splice(0);
    await mailer.send(sampleMail('run_failed', { data: { api_link: 'javascript:alert(1)' } }));
    const [{ parsed }] = sink.received as [(typeof sink.received)[number]];
    expect(parsed.html).not.toMatch(/href="(?!https?:)/);
    expect(parsed.text).toMatch(/^Run in the API: +javascript:alert\(1\)$/m);
  });
});
