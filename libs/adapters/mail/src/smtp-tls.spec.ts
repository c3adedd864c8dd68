import type { MailOutcome } from '@belfry/application';
import type { SMTPServerOptions } from 'smtp-server';
import { createInterface } from 'node:readline';
import { TLSSocket } from 'node:tls';
import { selfSigned } from './certificates.fixture.js';
import type { MailModuleOptions } from './mail-module.js';
import { openModule } from './open-module.fixture.js';
import { sampleMail } from './sample-mails.fixture.js';
import { obliging, startScripted, type Script } from './scripted-server.fixture.js';
import { startSink, type SmtpSink } from './smtp-sink.fixture.js';

const credentials = '//operator:s3cret@';
let own: { key: string; cert: string };
beforeAll(async () => {
  own = await selfSigned();
});

/** Sends mails to a server that offers STARTTLS, and answers with what it saw. */
async function sendTo(
  server: SMTPServerOptions,
  url: (sink: string) => string,
  options: Partial<MailModuleOptions> = {},
): Promise<{ outcome: MailOutcome; sink: SmtpSink; secure: boolean[]; logIns: number }> {
  const secure: boolean[] = [];
  let logIns = 0;
  const sink = await startSink({
    disabledCommands: [],
    ...own,
    onAuth: (_auth, _session, done) => {
      logIns += 1;
      done(null, { user: 'operator' });
    },
    onMailFrom: (_address, session, done) => {
      secure.push(session.secure);
      done();
    },
    ...server,
  });
  const { mailer, module } = await openModule({ smtpUrl: url(sink.url), ...options });
  try {
    return { outcome: await mailer.send(sampleMail('run_failed')), sink, secure, logIns };
  } finally {
    await module.close();
    await sink.close();
  }
}

const same = (url: string) => url;
const withCredentials = (url: string) => url.replace('//', credentials);

describe('without credentials, TLS is used where it works', () => {
  it('whosever the certificate is', async () => {
    const { outcome, secure } = await sendTo({}, same);
    expect(outcome.result).toBe('accepted');
    expect(secure).toEqual([true]);
  });

  it('and left where the server offers none', async () => {
    const { outcome, secure } = await sendTo({ disabledCommands: ['STARTTLS'] }, same);
    expect(outcome.result).toBe('accepted');
    expect(secure).toEqual([false]);
  });

  const offering =
    (starttls: Script): Script =>
    (line, socket) => {
      if (line.startsWith('EHLO')) return '250-hello\r\n250 STARTTLS';
      return line === 'STARTTLS' ? starttls(line, socket) : obliging(line, socket);
    };

  it.each<[string, Script]>([
    ['answers 454 to STARTTLS', () => '454 4.7.0 TLS not available due to local problem'],
    ['answers 502 to STARTTLS', () => '502 not implemented'],
    ['ends the connection', (_line, socket) => void socket.end()],
    ['resets the connection', (_line, socket) => void socket.resetAndDestroy()],
    [
      'says something else in the handshake',
      (_line, socket) => {
        socket.write('220 go ahead\r\n');
        socket.once('data', () => socket.end('500 that is no command\r\n'));
        return undefined;
      },
    ],
    [
      'never finishes the handshake',
      (_line, socket) => {
        socket.write('220 go ahead\r\n');
        socket.removeAllListeners('data').resume();
        return undefined;
      },
    ],
  ])('and left with a server that %s', async (_what, starttls) => {
    let handshakes = 0;
    const server = await startScripted(
      offering((line, socket) => {
        handshakes += 1;
        return starttls(line, socket);
      }),
    );
    const { mailer, module } = await openModule({ smtpUrl: server.url, timeouts: { greetingMs: 200 } });
    const outcomes = [
      await mailer.send(sampleMail('run_failed')),
      await mailer.send(sampleMail('run_failed')),
    ];
    await module.close();
    await server.close();
    expect(outcomes.map(({ result }) => result)).toEqual(['accepted', 'accepted']);
    // The second mail does not meet the same fault again.
    expect(handshakes).toBe(1);
  });

  it('but a mail that a server may have taken over TLS is not sent again without', async () => {
    let messages = 0;
    const server = await startScripted(
      offering((_line, socket) => {
        socket.removeAllListeners('data');
        socket.write('220 go ahead\r\n');
        const encrypted = new TLSSocket(socket, { isServer: true, ...own });
        encrypted.on('error', () => undefined);
        createInterface(encrypted).on('line', (line) => {
          if (line === '.') {
            messages += 1;
            socket.resetAndDestroy();
            return;
          }
          const answer = obliging(line, socket);
          if (answer !== undefined) encrypted.write(`${answer}\r\n`);
        });
        return undefined;
      }),
    );
    const { mailer, module } = await openModule({ smtpUrl: server.url });
    const outcome = await mailer.send(sampleMail('run_failed'));
    await module.close();
    await server.close();
    expect(outcome).toMatchObject({ result: 'temporary', reason: 'connection', pauses: 'long' });
    expect(messages).toBe(1);
  });
});

describe('with credentials, TLS must hold', () => {
  it('against a certificate that is not to be trusted: nothing is told, and the attempt says why', async () => {
    const { outcome, logIns, secure } = await sendTo({}, withCredentials);
    expect(outcome).toMatchObject({ result: 'temporary', reason: 'connection', response: null });
    expect(outcome.detail).toBe(
      "The mail server's certificate cannot be trusted: it is self-signed. The operator can set SMTP_CA_FILE to a file with the certificate of that authority.",
    );
    expect({ logIns, secure }).toEqual({ logIns: 0, secure: [] });
  });

  it('and 454 to STARTTLS keeps the mail, with the reply', async () => {
    const said: string[] = [];
    const server = await startScripted((line, socket) => {
      said.push(line);
      if (line.startsWith('EHLO')) return '250-hello\r\n250-AUTH PLAIN\r\n250 STARTTLS';
      return line === 'STARTTLS' ? '454 4.7.0 TLS not available' : obliging(line, socket);
    });
    const { mailer, module } = await openModule({ smtpUrl: withCredentials(server.url) });
    const outcome = await mailer.send(sampleMail('run_failed'));
    await module.close();
    await server.close();
    expect(outcome).toMatchObject({ result: 'temporary', reason: 'temporary', response: { status: 454 } });
    expect(said.filter((line) => /^(AUTH|MAIL)/.test(line))).toEqual([]);
  });

  it('and holds with the authority that SMTP_CA_FILE names', async () => {
    const { outcome, logIns, secure } = await sendTo({}, withCredentials, { authorities: own.cert });
    expect(outcome.result).toBe('accepted');
    expect({ logIns, secure }).toEqual({ logIns: 1, secure: [true] });
  });
});

describe('where SMTP_CA_FILE is set, TLS must hold without credentials too', () => {
  it('and does with its certificate', async () => {
    const { outcome, secure } = await sendTo({}, same, { authorities: own.cert });
    expect(outcome.result).toBe('accepted');
    expect(secure).toEqual([true]);
  });

  it.each<[string, (name?: string) => Promise<[server: SMTPServerOptions, authorities: string]>]>([
    ['with the certificate of another', async () => [await selfSigned(), own.cert]],
    [
      'with a certificate for another name',
      async () => {
        const other = await selfSigned('mail.example.com');
        return [other, other.cert];
      },
    ],
    ['where the server offers no TLS', async () => [{ disabledCommands: ['STARTTLS'] }, own.cert]],
  ])('and %s the mail waits', async (_what, make) => {
    const [server, authorities] = await make();
    const { outcome, secure } = await sendTo(server, same, { authorities });
    expect(outcome.result).toBe('temporary');
    expect(secure).toEqual([]);
  });

  it('over smtps: as well', async () => {
    const smtps = (url: string) => url.replace('smtp:', 'smtps:');
    const trusted = await sendTo({ secure: true }, smtps, { authorities: own.cert });
    expect(trusted.outcome.result).toBe('accepted');
    const unknown = await sendTo({ secure: true }, smtps);
    expect(unknown.outcome).toMatchObject({
      result: 'temporary',
      detail: expect.stringContaining('it is self-signed') as string,
    });
  });
});
