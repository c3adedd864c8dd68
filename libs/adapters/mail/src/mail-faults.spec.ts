import { createServer, type AddressInfo } from 'node:net';
import type { MailOutcome } from '@belfry/application';
import type { SMTPServerOptions } from 'smtp-server';
import type { MailModuleOptions } from './mail-module.js';
import { openModule } from './open-module.fixture.js';
import { sampleMail } from './sample-mails.fixture.js';
import { obliging, startScripted, type Script } from './scripted-server.fixture.js';
import { reply, startSink } from './smtp-sink.fixture.js';

/** The outcome of one mail by a module with these options. */
async function outcomeBy(options: Partial<MailModuleOptions>): Promise<MailOutcome> {
  const { mailer, module } = await openModule(options);
  try {
    return await mailer.send(sampleMail('run_failed'));
  } finally {
    await module.close();
  }
}

async function outcomeFrom(options: SMTPServerOptions, url = (sink: string) => sink): Promise<MailOutcome> {
  const sink = await startSink(options);
  try {
    return await outcomeBy({ smtpUrl: url(sink.url) });
  } finally {
    await sink.close();
  }
}

async function outcomeOf(script: Script, greeting: string | null, options: Partial<MailModuleOptions> = {}) {
  const server = await startScripted(script, greeting);
  try {
    return await outcomeBy({ smtpUrl: server.url, ...options });
  } finally {
    await server.close();
  }
}

const rejected = { result: 'permanent', reason: 'rejected' };
const deferred = { result: 'temporary', reason: 'temporary' };
const unconnected = {
  result: 'temporary',
  reason: 'connection',
  response: null,
  // For customers too: it says what happened, and neither where our mail server is nor what it is called.
  detail: expect.stringMatching(/^The mail server(?!.*(127\.0\.0|localhost|:\d)).*\.$/) as string,
};

describe('a reply about this mail', () => {
  it.each([
    [421, deferred],
    [450, deferred],
    [451, deferred],
    [452, deferred],
    [550, rejected],
    [552, rejected],
    [553, rejected],
  ])('%i to RCPT TO is %j', async (code, expected) => {
    const outcome = await outcomeFrom({
      onRcptTo: (_address, _session, done) => done(reply(code, 'not this one')),
    });
    expect(outcome).toMatchObject({ ...expected, response: { status: code, body: 'not this one' } });
  });

  it.each([
    [421, deferred],
    [451, deferred],
    [550, rejected],
    [552, rejected],
    [554, rejected],
  ])('%i after the message is %j', async (code, expected) => {
    const outcome = await outcomeFrom({
      onData(stream, _session, done) {
        stream.on('end', () => done(reply(code, 'not like this'))).resume();
      },
    });
    expect(outcome).toMatchObject({ ...expected, response: { status: code, body: 'not like this' } });
  });

  it('keeps every line of it, without the codes', async () => {
    const outcome = await outcomeOf(
      (line, socket) =>
        line.startsWith('RCPT')
          ? '550-5.1.1 no such user\r\n550 5.1.1 ask somebody else'
          : obliging(line, socket),
      '220 ready',
    );
    expect(outcome).toMatchObject({
      ...rejected,
      response: { status: 550, body: '5.1.1 no such user\n5.1.1 ask somebody else' },
    });
  });
});

describe('a 5xx reply that every mail would get: the mails wait', () => {
  it('instead of a greeting', async () => {
    const outcome = await outcomeOf(obliging, '554 no service here');
    expect(outcome).toMatchObject({ ...deferred, response: { status: 554, body: 'no service here' } });
  });

  it('to EHLO and HELO', async () => {
    const outcome = await outcomeOf(
      (line) => (/^(EHLO|HELO)/.test(line) ? '550 go away' : undefined),
      '220 ready',
    );
    expect(outcome).toMatchObject({ ...deferred, response: { status: 550 } });
  });

  it('to MAIL FROM: the sender is the same for all', async () => {
    const outcome = await outcomeFrom({
      onMailFrom: (_address, _session, done) => done(reply(553, 'not your address')),
    });
    expect(outcome).toMatchObject({ ...deferred, response: { status: 553, body: 'not your address' } });
  });

  it.each([503, 530])('%i to RCPT TO is about the session', async (code) => {
    const outcome = await outcomeFrom({
      onRcptTo: (_address, _session, done) => done(reply(code, 'not now')),
    });
    expect(outcome).toMatchObject({ ...deferred, response: { status: code } });
  });

  it('to AUTH: a wrong password is not the fault of the recipient', async () => {
    const outcome = await outcomeFrom(
      {
        authMethods: ['PLAIN'],
        allowInsecureAuth: true,
        onAuth: (_auth, _session, done) => done(reply(535, 'who?')),
      },
      (url) => url.replace('//', '//operator:wrong@'),
    );
    expect(outcome).toMatchObject({ ...deferred, response: { status: 535, body: 'who?' } });
  });
});

describe('without a reply the mail waits', () => {
  it('where nothing listens', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    expect(await outcomeBy({ smtpUrl: `smtp://127.0.0.1:${port}` })).toMatchObject(unconnected);
  });

  it('where the server never greets', async () => {
    expect(await outcomeOf(obliging, null, { timeouts: { greetingMs: 150 } })).toMatchObject(unconnected);
  });

  it('where the server falls silent', async () => {
    const outcome = await outcomeOf(
      (line, socket) => (line.startsWith('RCPT') ? undefined : obliging(line, socket)),
      '220 ready',
      { timeouts: { silenceMs: 150 } },
    );
    expect(outcome).toMatchObject(unconnected);
  });

  it('where the server is always about to say more', async () => {
    let drip: NodeJS.Timeout | undefined;
    const outcome = await outcomeOf(
      (line, socket) => {
        if (!line.startsWith('RCPT')) return obliging(line, socket);
        drip = setInterval(() => socket.writable && socket.write('250-wait\r\n'), 20);
        return undefined;
      },
      '220 ready',
      { timeouts: { totalMs: 300 } },
    );
    clearInterval(drip);
    expect(outcome).toMatchObject(unconnected);
  });

  it('where the connection is cut before the greeting', async () => {
    const server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const outcome = await outcomeBy({
      smtpUrl: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    });
    await new Promise((resolve) => server.close(resolve));
    expect(outcome).toMatchObject(unconnected);
  });

  it.each([
    ['within the message', (line: string) => line.startsWith('Subject:')],
    ['after the message, before the reply', (line: string) => line === '.'],
  ])('where the connection is cut %s, and it is not sent twice in one try', async (_when, isTheMoment) => {
    let messages = 0;
    const outcome = await outcomeOf((line, socket) => {
      if (isTheMoment(line)) {
        messages += 1;
        socket.destroy();
        return undefined;
      }
      return obliging(line, socket);
    }, '220 ready');
    expect(outcome).toMatchObject(unconnected);
    expect(messages).toBe(1);
  });

  it.each([
    [
      'the certificate is not to be trusted',
      { secure: true },
      (url: string) => url.replace('smtp:', 'smtps:'),
    ],
    ['the server does not speak TLS', {}, (url: string) => url.replace('smtp:', 'smtps:')],
  ])('where %s', async (_why, options, url) => {
    expect(await outcomeFrom(options, url)).toMatchObject(unconnected);
  });
});
