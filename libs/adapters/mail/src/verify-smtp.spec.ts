import { startScripted } from './scripted-server.fixture.js';
import { startSink } from './smtp-sink.fixture.js';
import { verifySmtp } from './verify-smtp.js';

const timeouts = { connectionMs: 5_000, greetingMs: 5_000, silenceMs: 5_000, totalMs: 5_000 };
const verify = (url: string) => verifySmtp(url, { timeouts });

describe('verifying a mail server', () => {
  it('is content with one that says hello, and sends no mail', async () => {
    const sink = await startSink();
    expect(await verify(sink.url)).toEqual({ ok: true, value: null });
    expect(sink.received).toEqual([]);
    await sink.close();
  });

  it('says what a server that refuses the login answered, without the password it repeats', async () => {
    const server = await startScripted((line) => {
      if (line.startsWith('EHLO')) return '250-hello\r\n250 AUTH PLAIN';
      return line.startsWith('AUTH') ? `535 not with ${line}` : undefined;
    });
    const refused = await verify(server.url.replace('//', '//operator:s3cret@'));
    await server.close();
    expect(refused).toMatchObject({
      ok: false,
      problems: [{ message: expect.stringContaining('535 not with AUTH PLAIN ***') as string }],
    });
  });

  it('gives up a server that is not there, and one that never greets', async () => {
    const closed = await startSink();
    await closed.close();
    expect(await verify(closed.url)).toMatchObject({ ok: false });
    const mute = await startScripted(() => undefined, null);
    expect(await verifySmtp(mute.url, { timeouts: { ...timeouts, totalMs: 50 } })).toMatchObject({
      ok: false,
      problems: [{ message: 'no answer within 50 ms' }],
    });
    await mute.close();
  });

  it('refuses a text that is not a URL', async () => {
    expect(await verify('http://mail.example.com')).toMatchObject({ ok: false });
  });
});
