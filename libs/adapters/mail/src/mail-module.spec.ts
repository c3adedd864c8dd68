import { Mailer, type MailOutcome } from '@belfry/application';
import { platformCatalogue } from '@belfry/domain';
import { Module, type OnModuleDestroy } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { Transport } from 'nodemailer';
import { MailModule, type MailModuleOptions } from './mail-module.js';
import { MailRenderer } from './mail-renderer.js';
import { openModule } from './open-module.fixture.js';
import { sampleMail } from './sample-mails.fixture.js';
import { startScripted, obliging } from './scripted-server.fixture.js';
import { startSink } from './smtp-sink.fixture.js';
import { ServerStateLog } from './server-state-log.js';

const options: MailModuleOptions = {
  from: 'belfry@mail.example.com',
  publicUrl: 'https://notify.example.com',
  catalogue: platformCatalogue,
  version: '1.2.3',
};

describe('the mail module', () => {
  it('without a mail server and any other transport lets mails wait, and says why', async () => {
    const { mailer, module } = await openModule({});
    const outcome = await mailer.send(sampleMail('run_failed'));
    await module.close();
    expect(outcome).toMatchObject({
      result: 'temporary',
      reason: 'connection',
      response: null,
      detail: 'No mail server is configured. The operator must set SMTP_URL.',
    });
    expect(outcome.request.body).toContain('Run 901 failed');
  });

  it('with a mail server and another transport sends to the mail server', async () => {
    const sink = await startSink();
    const carried: unknown[] = [];
    const transport: Transport = {
      name: 'other',
      version: '1',
      send: (mail, done) => done(null, carried.push(mail) as never),
    };
    const { mailer, module } = await openModule({ smtpUrl: sink.url, transport });
    await mailer.send(sampleMail('run_failed'));
    expect(sink.received).toHaveLength(1);
    expect(carried).toEqual([]);
    await module.close();
    await sink.close();
  });

  it('provides the renderer', async () => {
    const { module } = await openModule({});
    expect(module.get(MailRenderer)).toBeInstanceOf(MailRenderer);
    await module.close();
  });

  it.each([
    ['from', { from: 'nobody' }],
    ['smtpUrl', { smtpUrl: 'smtp://operator:s3cret@mail.example.com/x' }],
    ['publicUrl', { publicUrl: 'ftp://notify.example.com' }],
  ])('refuses a wrong %s when it is made, without repeating a secret', (name, wrong) => {
    const make = () => MailModule.forRoot({ ...options, ...wrong });
    expect(make).toThrow(name);
    expect(make).not.toThrow('s3cret');
  });

  it('still sends what its users send while they stop, and then closes its connections', async () => {
    const outcomes: MailOutcome[] = [];
    class LastWords implements OnModuleDestroy {
      constructor(private readonly mailer: Mailer) {}
      async onModuleDestroy() {
        outcomes.push(await this.mailer.send(sampleMail('run_failed')));
      }
    }
    let open = 0;
    const server = await startScripted((line, socket) => {
      if (line.startsWith('EHLO')) {
        open += 1;
        socket.once('close', () => (open -= 1));
      }
      return obliging(line, socket);
    });
    class UserModule {}
    Module({
      imports: [MailModule.forRoot({ ...options, smtpUrl: server.url })],
      providers: [
        { provide: LastWords, inject: [Mailer], useFactory: (mailer: Mailer) => new LastWords(mailer) },
      ],
    })(UserModule);
    const application = await Test.createTestingModule({ imports: [UserModule] }).compile();
    await application.init();
    await application.close();
    expect(outcomes.map(({ result }) => result)).toEqual(['accepted']);
    while (open > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(server.connections()).toBe(1);
    await server.close();
  });
});

describe('the log', () => {
  it('says once that mails wait, and once that they go out again', () => {
    const lines: string[] = [];
    const log = new ServerStateLog({
      warn: (line: string) => lines.push(line),
      log: (line: string) => lines.push(line),
    });
    log.mailsFlow();
    log.mailsWait('nobody listens');
    log.mailsWait('nobody listens');
    log.mailsFlow();
    log.mailsFlow();
    expect(lines).toEqual([
      'Mails are waiting and will be tried again: nobody listens',
      'The mail server accepts mails again',
    ]);
  });
});
