import { platformCatalogue } from '@belfry/domain';
import { MailerService } from '@nestjs-modules/mailer';
import { MailRenderer } from './mail-renderer.js';
import { NotificationMailer } from './notification-mailer.js';
import { sampleMail } from './sample-mails.fixture.js';
import { ServerStateLog } from './server-state-log.js';
import { reply, startSink } from './smtp-sink.fixture.js';

describe('a server that takes the mail, and then refuses the recipient', () => {
  it('(as LMTP does) has refused it, although nodemailer resolves', async () => {
    const sink = await startSink({
      lmtp: true,
      onData(stream, _session, done) {
        stream.on('end', () => done(null, [reply(550, 'mailbox gone')] as never)).resume();
      },
    });
    const service = new MailerService(
      { transport: { host: '127.0.0.1', port: sink.port, lmtp: true } as never },
      null!,
      null!,
    );
    const log = new ServerStateLog({ warn: () => undefined, log: () => undefined });
    const renderer = new MailRenderer(platformCatalogue, 'https://notify.example.com');
    const mailer = new NotificationMailer(service, renderer, log, {
      sender: { name: '', address: 'belfry@example.com', domain: 'example.com' },
      version: '1.2.3',
      secrets: [],
    });
    const outcome = await mailer.send(sampleMail('run_failed'));
    await sink.close();
    expect(outcome).toMatchObject({
      result: 'permanent',
      reason: 'rejected',
      response: { status: 550, body: expect.stringContaining('mailbox gone') },
    });
  });
});
