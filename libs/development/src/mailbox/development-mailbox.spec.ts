import type { AddressInfo } from 'node:net';
import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Mailer, type MailOutcome, type NotificationMail } from '@belfry/application';
import { platformCatalogue } from '@belfry/domain';
import { MailModule, type MailModuleOptions } from '@belfry/mail';
import { Test } from '@nestjs/testing';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { DevelopmentMailbox } from './development-mailbox.js';
import { openMailbox } from './mailbox.js';
import { MailboxFolder } from './mailbox-folder.js';

let directory: string;
beforeEach(async () => void (directory = await mkdtemp(join(tmpdir(), 'belfry-mailbox-'))));
afterEach(() => rm(directory, { recursive: true }));

const message = (subject: string) => Buffer.from(`Subject: ${subject}\r\nTo: a@example.com\r\n\r\nbody\r\n`);

const mail: NotificationMail = {
  deliveryId: '0193a5b2-0000-7000-8000-000000000002',
  eventId: '0193a5b2-0000-7000-8000-000000000001',
  accountId: 42,
  recipient: 'ops@example.com',
  recipientRole: 'subscriber',
  eventType: 'run_failed',
  payload: JSON.stringify({
    event_type: 'run_failed',
    environment: 'production',
    account: { account_id: 42, account_name: 'Åcme <b>' },
    ...platformCatalogue.find('run_failed')!.example,
  }),
};

/** Sends the mail as the service does. */
async function send(options: Partial<MailModuleOptions>): Promise<MailOutcome> {
  const module = await Test.createTestingModule({
    imports: [
      MailModule.forRoot({
        from: 'Belfry <belfry@mail.example.com>',
        publicUrl: 'https://notify.example.com',
        catalogue: platformCatalogue,
        version: '1.2.3',
        ...options,
      }),
    ],
  }).compile();
  await module.init();
  const outcome = await module.get(Mailer).send(mail);
  await module.close();
  return outcome;
}

/** The message that a mail server is given. */
async function asSentBySmtp(): Promise<string> {
  const chunks: Buffer[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    onData: (stream, _session, done) => {
      stream.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => done());
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  await send({ smtpUrl: `smtp://127.0.0.1:${port}` });
  await new Promise<void>((resolve) => server.close(resolve));
  return Buffer.concat(chunks).toString();
}

describe('the development mailbox', () => {
  it('is closed to everybody but its owner, at start where it was open before', async () => {
    const modeOf = async (path: string) => `0${((await stat(path)).mode & 0o777).toString(8)}`;
    const fresh = join(directory, 'fresh');
    await new MailboxFolder(fresh).write(message('one'));
    expect(await modeOf(fresh)).toBe('0700');
    expect(await modeOf(join(fresh, (await readdir(fresh))[0]!))).toBe('0600');
    await chmod(directory, 0o777);
    await openMailbox(directory);
    expect(await modeOf(directory)).toBe('0700');
  });

  it('keeps the very message that a mail server would be given', async () => {
    const mailbox = await openMailbox(join(directory, 'not', 'yet', 'there'));
    const sent = await asSentBySmtp();
    const outcome = await send({ transport: mailbox.transport });
    const [entry] = await mailbox.mails.list(10);
    const kept = await mailbox.mails.read(entry!.id);

    expect(outcome).toMatchObject({ result: 'accepted', response: { status: 250 } });
    expect(outcome.response!.body).toContain(entry!.id);
    // What differs from one try to the next: the boundary between the parts, and the second of sending.
    const same = (source: string) =>
      source
        .replace(/--_NmP-[^"\r\n]+/g, 'BOUNDARY')
        .replace(/^Date: .*$/m, 'Date')
        .trimEnd();
    expect(same(kept!.source)).toBe(same(sent));
    const parsed = await simpleParser(sent);
    expect(kept).toMatchObject({
      subject: parsed.subject,
      from: '"Belfry" <belfry@mail.example.com>',
      to: 'ops@example.com',
      html: parsed.html,
      text: parsed.text,
    });
    expect(kept!.headers).toContainEqual({ name: 'Auto-Submitted', value: 'auto-generated' });
    expect(entry).toMatchObject({ subject: parsed.subject, to: 'ops@example.com' });
    expect(Math.abs(entry!.receivedAt.getTime() - Date.now())).toBeLessThan(60_000);
  });

  it('lists the newest first, up to the limit', async () => {
    const folder = new MailboxFolder(directory);
    for (const subject of ['one', 'two', 'three']) await folder.write(message(subject));
    const mailbox = new DevelopmentMailbox(folder);
    expect((await mailbox.list(2)).map(({ subject }) => subject)).toEqual(['three', 'two']);
    expect(await new DevelopmentMailbox(new MailboxFolder(join(directory, 'absent'))).list(2)).toEqual([]);
  });

  it('loses nothing when many write at once', async () => {
    const folders = [new MailboxFolder(directory), new MailboxFolder(directory)];
    const ids = await Promise.all(
      Array.from({ length: 80 }, (_, index) => folders[index % 2]!.write(message(`mail ${index}`))),
    );
    expect(new Set(ids).size).toBe(80);
    const listed = await new DevelopmentMailbox(folders[0]!).list(100);
    expect(new Set(listed.map(({ subject }) => subject)).size).toBe(80);
    expect((await readdir(directory)).every((name) => name.endsWith('.eml'))).toBe(true);
  });

  it('keeps a bounded number, and drops the oldest', async () => {
    const folder = new MailboxFolder(directory, 5);
    for (let index = 1; index <= 9; index += 1) await folder.write(message(`mail ${index}`));
    const subjects = (await new DevelopmentMailbox(folder).list(100)).map(({ subject }) => subject);
    expect(subjects).toEqual(['mail 9', 'mail 8', 'mail 7', 'mail 6', 'mail 5']);
  });

  it('removes what a process that died left half-written, and nothing that is being written', async () => {
    const abandoned = `${String(Date.now() - 3_600_000).padStart(13, '0')}-000001-deadbeef.part`;
    const underWay = `${Date.now()}-000001-deadbeef.part`;
    await writeFile(join(directory, abandoned), 'half');
    await writeFile(join(directory, underWay), 'half');
    const folder = new MailboxFolder(directory);
    expect(await new DevelopmentMailbox(folder).list(10)).toEqual([]);
    await folder.write(message('whole'));
    expect(await readdir(directory)).toContain(underWay);
    expect(await readdir(directory)).not.toContain(abandoned);
  });

  it.each([
    '../secret',
    '..%2Fsecret',
    '/etc/passwd',
    'secret',
    '',
    '.',
    '1700000000000-000001-abcdef01/../../secret',
  ])('reads nothing for the id %j', async (id) => {
    const inner = join(directory, 'mailbox');
    const mailbox = new DevelopmentMailbox(new MailboxFolder(inner));
    await new MailboxFolder(inner).write(message('here'));
    await writeFile(join(directory, 'secret.eml'), message('secret'));
    await writeFile(join(inner, 'secret.eml'), message('secret'));
    expect(await mailbox.read(id)).toBeNull();
  });

  it('reads nothing for an id that no mail has', async () => {
    const mailbox = new DevelopmentMailbox(new MailboxFolder(directory));
    expect(await mailbox.read('1700000000000-000001-abcdef01')).toBeNull();
  });
});
