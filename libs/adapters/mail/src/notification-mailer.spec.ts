import { type Mailer } from '@belfry/application';
import {
  EventCatalogue,
  defineEventType,
  eventTypes,
  fillIn,
  idField,
  linkField,
  nameField,
  platformCatalogue,
} from '@belfry/domain';
import type { TestingModule } from '@nestjs/testing';
import { openModule } from './open-module.fixture.js';
import { sampleMail } from './sample-mails.fixture.js';
import { startSink, type SmtpSink } from './smtp-sink.fixture.js';

const ownerChanged = defineEventType({
  key: 'owner_changed',
  name: 'Owner Changed',
  description: 'an integration gets another owner',
  fields: {
    owner_id: idField('Owner id', 'the owner'),
    owner_name: nameField('Owner', 'the name of the owner'),
    seat_count: idField('Seats', 'how many seats'),
    api_link: linkField('Owner in the API', 'the owner', 'api', '/owners/{owner_id}'),
    admin_link: linkField('Open the owner', 'the owner', 'admin', '/owners/{owner_id}'),
  },
  example: { owner_id: 11, owner_name: 'Ada', seat_count: 25 },
  subject: 'Owner changed to {owner_name}',
  thread: 'owner_id',
});
const catalogue = new EventCatalogue([...eventTypes, ownerChanged]);

let sink: SmtpSink;
let application: TestingModule;
let mailer: Mailer;

beforeAll(async () => {
  sink = await startSink();
  ({ mailer, module: application } = await openModule({ smtpUrl: sink.url, catalogue }));
});
afterAll(async () => {
  await application.close();
  await sink.close();
});
beforeEach(() => void sink.received.splice(0));

/** Sends, and answers the mail as it arrived, with the outcome. */
async function sent(mail: Parameters<Mailer['send']>[0]) {
  const outcome = await mailer.send(mail);
  const received = sink.received.at(-1)!;
  const header = (name: string) => received.parsed.headers.get(name);
  return { outcome, received, header, text: received.parsed.text!, html: received.parsed.html as string };
}

/** What a reader sees of an HTML text. */
const visible = (html: string) =>
  html
    .replace(/<style>[^]*?<\/style>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');

describe.each(platformCatalogue.entries.map((entry) => [entry.key, entry] as const))(
  'a mail about %s',
  (key, entry) => {
    it('says what and where first, and every fact and link in both parts', async () => {
      const mail = sampleMail(key);
      const payload = JSON.parse(mail.payload) as Record<string, string | number>;
      const { received, text, html } = await sent(mail);

      expect(received.parsed.subject).toBe(`[Acme Inc · production] ${fillIn(entry.subject, payload)}`);
      const seen = visible(html);
      for (const [name, field] of Object.entries(entry.fields)) {
        const value = String(payload[name]);
        if (field.link === undefined) {
          const shown = name.endsWith('_name')
            ? `${value} (id ${payload[name.replace('_name', '_id')]})`
            : value;
          if (name.endsWith('_id') && payload[name.replace('_id', '_name')] !== undefined) continue;
          expect(text).toMatch(new RegExp(`^${field.label}: +${shown.replace(/[()]/g, '\\$&')}$`, 'm'));
          expect(seen).toContain(`${field.label} ${shown}`);
        } else {
          expect(text).toContain(`${field.label}:\n${value}\n`);
          expect(html).toMatch(new RegExp(`<a [^>]*href="${value}"[^>]*>${field.label}</a>`));
        }
      }
      for (const part of [text.replace(/ +/g, ' ').replaceAll(':', ''), seen.replaceAll(':', '')]) {
        expect(part).toContain('Environment production');
        expect(part).toContain('Account Acme Inc (id 42)');
        expect(part).toContain('Time 24 November 2026, 120000 UTC (2026-11-24T120000.000Z)');
      }
    });
  },
);

describe('a mail', () => {
  it('carries the headers that a notification should', async () => {
    const before = Date.now();
    const mail = sampleMail('run_failed');
    const { received, header } = await sent(mail);

    expect(header('message-id')).toBe(`<${mail.deliveryId}@mail.example.com>`);
    expect(Math.abs((header('date') as Date).getTime() - before)).toBeLessThan(60_000);
    expect(header('auto-submitted')).toBe('auto-generated');
    expect(header('x-auto-response-suppress')).toBe('All');
    expect(header('x-mailer')).toBe('Belfry/1.2.3');
    expect((header('list') as { id: unknown }).id).toEqual({
      name: 'Acme Inc notifications',
      id: 'account-42.notifications.mail.example.com',
    });
    expect(received.parsed.from!.value).toEqual([{ name: 'Belfry', address: 'belfry@mail.example.com' }]);
    expect(received.envelopeFrom).toBe('belfry@mail.example.com');
  });

  it('goes to its recipient alone, in the envelope and in the header', async () => {
    const { received } = await sent(
      sampleMail('run_failed', { mail: { recipient: 'oncall+a@example.com' } }),
    );
    expect(received.envelopeTo).toEqual(['oncall+a@example.com']);
    expect([received.parsed.to].flat().flatMap((to) => to!.value.map(({ address }) => address))).toEqual([
      'oncall+a@example.com',
    ]);
    expect(received.parsed.cc).toBeUndefined();
    expect(received.parsed.bcc).toBeUndefined();
  });

  it('comes back accepted, with the reply and with what was sent', async () => {
    const { outcome, received } = await sent(sampleMail('tenant_created'));
    expect(outcome).toMatchObject({
      result: 'accepted',
      reason: null,
      response: { status: 250, headers: {}, body: 'kept as 4711' },
    });
    expect(outcome.request.headers).toMatchObject({
      From: 'Belfry <belfry@mail.example.com>',
      To: 'ops@example.com',
      Subject: received.parsed.subject,
      'Message-ID': received.parsed.messageId,
    });
    expect(new Date(outcome.request.headers['Date']!)).toEqual(received.parsed.date);
    expect(outcome.request.body.trim()).toBe(received.parsed.text!.trim());
  });

  it('keeps its Message-ID when it is sent again', async () => {
    const mail = sampleMail('run_failed');
    const first = await sent(mail);
    const second = await sent(mail);
    expect(sink.received).toHaveLength(2);
    expect(second.received.parsed.messageId).toBe(first.received.parsed.messageId);
  });

  it('stands in one thread with those about the same integration in the same environment, and in no other', async () => {
    const threadOf = async (mail: Parameters<Mailer['send']>[0]) => {
      const { received } = await sent(mail);
      expect([received.parsed.references].flat()).toEqual([received.parsed.inReplyTo]);
      return received.parsed.inReplyTo;
    };
    const thread = await threadOf(sampleMail('run_failed'));
    expect(thread).toMatch(/^<thread-[0-9a-f]{32}@mail\.example\.com>$/);
    expect(await threadOf(sampleMail('tenant_created'))).toBe(thread);
    expect(await threadOf(sampleMail('run_failed', { data: { integration_id: 4 } }))).not.toBe(thread);
    expect(await threadOf(sampleMail('run_failed', { environment: 'staging' }))).not.toBe(thread);
    expect(await threadOf(sampleMail('run_failed', { mail: { accountId: 43 } }))).not.toBe(thread);
  });

  it('tells a subscriber and the primary contact apart, and both where to change it', async () => {
    const subscriber = await sent(sampleMail('run_failed'));
    const contact = await sent(sampleMail('run_failed', { mail: { recipientRole: 'primary_contact' } }));
    const list = 'this address is on the list of subscribers for Run Failed of Acme Inc';
    const primary = 'you are the primary contact of Acme Inc';
    expect(subscriber.text).toContain(list);
    expect(subscriber.text).not.toContain(primary);
    expect(contact.text).toContain(primary);
    expect(contact.text).not.toContain(list);
    for (const { text, html } of [subscriber, contact]) {
      expect(text).toContain('https://notify.example.com/\n');
      expect(html).toContain('href="https://notify.example.com/"');
    }
  });

  it('about an event type that was added to the catalogue needs nothing else', async () => {
    const { received, text, html } = await sent(sampleMail('owner_changed', { catalogue }));
    expect(received.parsed.subject).toBe('[Acme Inc · production] Owner changed to Ada');
    expect(text).toMatch(/^Owner: +Ada \(id 11\)$/m);
    expect(text).toMatch(/^Seats: +25$/m);
    // The link into the admin dashboard comes first, whatever the order of the fields.
    expect(html.indexOf('>Open the owner<')).toBeLessThan(html.indexOf('>Owner in the API<'));
    expect(text).toContain('Owner in the API:\nhttps://api.example.com/owners/11');
  });

  it('about an event type that this process does not know waits for one that does', async () => {
    const outcome = await mailer.send({ ...sampleMail('run_failed'), eventType: 'from_the_future' });
    expect(outcome).toMatchObject({ result: 'temporary', reason: 'connection', response: null });
    expect(outcome.detail).toContain('from_the_future');
    expect(sink.received).toHaveLength(0);
  });
});

describe('many mails at once', () => {
  it('all arrive, over few connections', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 60 }, () => mailer.send(sampleMail('run_failed'))),
    );
    expect(outcomes.map(({ result }) => result)).toEqual(Array(60).fill('accepted'));
    expect(new Set(sink.received.map(({ parsed }) => parsed.messageId)).size).toBe(60);
  });
});
