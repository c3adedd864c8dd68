/**
 * What RFC 5321 section 4.5.3.2 asks of a client that waits, and what its waiting may cost others. Times are those of the
 * product divided by `scale`.
 */
import type { Mailer } from '@belfry/application';
import type { ConnectionLimits } from './connection-places.js';
import type { MailModuleOptions } from './mail-module.js';
import { openModule } from './open-module.fixture.js';
import { sampleMail } from './sample-mails.fixture.js';
import { isCommand, obliging, startScripted, type Script } from './scripted-server.fixture.js';
import { connectionLimits, defaultTimeouts, type SmtpTimeouts } from './smtp-pool.js';

const scale = 200;
const scaled: SmtpTimeouts = {
  connectionMs: defaultTimeouts.connectionMs / scale,
  greetingMs: defaultTimeouts.greetingMs / scale,
  silenceMs: defaultTimeouts.silenceMs / scale,
  totalMs: defaultTimeouts.totalMs / scale,
};
const seconds = (count: number) => (count * 1_000) / scale;

const mailTo = (recipient: string) => sampleMail('run_failed', { mail: { recipient } });

/** Runs with a server by this script, and a mailer that sends to it. */
async function withServer<Value>(
  script: Script,
  act: (mailer: Mailer, server: Awaited<ReturnType<typeof startScripted>>) => Promise<Value>,
  options: Partial<MailModuleOptions> = { timeouts: scaled },
  greeting: string | null = '220 ready',
): Promise<Value> {
  const server = await startScripted(script, greeting);
  const { mailer, module } = await openModule({ smtpUrl: server.url, ...options });
  try {
    return await act(mailer, server);
  } finally {
    await server.close();
    await module.close();
  }
}

/** Every command the client sent, with what `until` resolves once it has been seen so often. */
function listening(script: Script) {
  const lines: string[] = [];
  const waiters: { pattern: RegExp; count: number; resolve: () => void }[] = [];
  const countOf = (pattern: RegExp) => lines.filter((line) => pattern.test(line)).length;
  return {
    countOf,
    lines,
    seen: (pattern: RegExp, count = 1) =>
      countOf(pattern) >= count
        ? Promise.resolve()
        : new Promise<void>((resolve) => waiters.push({ pattern, count, resolve })),
    script: ((line, socket) => {
      if (!isCommand.test(line)) return script(line, socket);
      lines.push(line);
      for (const { pattern, count, resolve } of waiters) if (countOf(pattern) >= count) resolve();
      return script(line, socket);
    }) satisfies Script,
  };
}

describe('the times of RFC 5321', () => {
  it('are the least that is waited', () => {
    const minute = 60_000;
    expect(defaultTimeouts.greetingMs).toBeGreaterThanOrEqual(5 * minute);
    expect(defaultTimeouts.silenceMs).toBeGreaterThanOrEqual(10 * minute);
    // Greeting, EHLO, MAIL, RCPT, DATA, and the answer to the message.
    expect(defaultTimeouts.totalMs).toBeGreaterThanOrEqual((5 + 5 + 5 + 5 + 2 + 10) * minute);
  });

  it('let a server that takes 70 s for its answer have the mail once', async () => {
    const heard = listening((line, socket) => {
      if (line !== '.') return obliging(line, socket);
      setTimeout(() => socket.write('250 taken\r\n'), seconds(70));
      return undefined;
    });
    const outcome = await withServer(heard.script, (mailer) => mailer.send(mailTo('ops@example.com')));
    expect(outcome).toMatchObject({ result: 'accepted', response: { body: 'taken' } });
    expect(heard.countOf(/^\.$/)).toBe(1);
  });

  it('let a server pause for 30 s before it greets', async () => {
    const outcome = await withServer(
      obliging,
      async (mailer, { onConnection }) => {
        onConnection((socket) => setTimeout(() => socket.write('220 at last\r\n'), seconds(30)));
        return mailer.send(mailTo('ops@example.com'));
      },
      { timeouts: scaled },
      null,
    );
    expect(outcome.result).toBe('accepted');
  });

  it('end: a server that never answers the message may have taken it, and is asked again after a long pause', async () => {
    const outcome = await withServer(
      (line, socket) => (line === '.' ? undefined : obliging(line, socket)),
      (mailer) => mailer.send(mailTo('ops@example.com')),
      { timeouts: { silenceMs: 100 } },
    );
    expect(outcome).toMatchObject({
      result: 'temporary',
      reason: 'connection',
      pauses: 'long',
      response: null,
    });
    expect(outcome.detail).toBe(
      "The mail server can't be used right now: it stopped answering. It may already have accepted the mail.",
    );
  });
});

describe('a server that is slow for one recipient domain', () => {
  const limits: ConnectionLimits = { ...connectionLimits, slowAfterMs: 20 };
  const patient = { timeouts: defaultTimeouts };

  it('delays no other domain, is asked about few at once, and gets each mail once', async () => {
    const held: (() => void)[] = [];
    const heard = listening((line, socket) => {
      if (!/^RCPT.*@slow/i.test(line)) return obliging(line, socket);
      held.push(() => socket.write('250 fine\r\n'));
      return undefined;
    });
    await withServer(
      heard.script,
      async (mailer) => {
        const slow = Array.from({ length: 10 }, (_, index) =>
          mailer.send(mailTo(`${index}@slow.example.com`)),
        );
        await heard.seen(/^RCPT.*@slow/, connectionLimits.briskPerDomain);
        const healthy = Array.from({ length: 40 }, (_, index) =>
          mailer.send(mailTo(`ops@healthy-${index % 8}.example.com`)),
        );
        expect((await Promise.all(healthy)).map(({ result }) => result)).toEqual(Array(40).fill('accepted'));
        expect(heard.countOf(/^RCPT.*@slow/)).toBe(connectionLimits.briskPerDomain);
        let answered = 0;
        while (answered < 10) {
          await heard.seen(/^RCPT.*@slow/, answered + 1);
          held[answered]!();
          answered += 1;
        }
        expect((await Promise.all(slow)).map(({ result }) => result)).toEqual(Array(10).fill('accepted'));
        expect(heard.countOf(/^\.$/)).toBe(50);
      },
      { ...patient, limits },
    );
  });

  it('does not delay others before it is known to be slow, either', async () => {
    const heard = listening((line, socket) =>
      /^RCPT.*@slow/i.test(line) ? undefined : obliging(line, socket),
    );
    await withServer(
      heard.script,
      async (mailer) => {
        const slow = Array.from({ length: 10 }, () => mailer.send(mailTo('ops@slow.example.com')));
        await heard.seen(/^RCPT.*@slow/, connectionLimits.briskPerDomain);
        expect((await mailer.send(mailTo('ops@healthy.example.com'))).result).toBe('accepted');
        mailer.wrapUp(0);
        await Promise.all(slow);
      },
      { ...patient, limits: { ...connectionLimits, slowAfterMs: 600_000 } },
    );
  });
});

describe('an orderly stop', () => {
  it('gives back at once what had no connection, waits for the answer to what had one, and sends no copy', async () => {
    const answers: (() => void)[] = [];
    const heard = listening((line, socket) => {
      if (line !== '.') return obliging(line, socket);
      answers.push(() => socket.write('250 taken\r\n'));
      return undefined;
    });
    await withServer(
      heard.script,
      async (mailer) => {
        const sent = Array.from({ length: 8 }, () => mailer.send(mailTo('ops@example.com')));
        await heard.seen(/^\.$/, 5);
        mailer.wrapUp(600_000);
        const unbegun = await Promise.all(sent.slice(5));
        for (const outcome of unbegun) {
          expect(outcome.waitedMs).toBeGreaterThan(0);
          expect(outcome).toMatchObject({ result: 'temporary', reason: 'connection', pauses: 'none' });
          expect(outcome.detail).toBe(
            'This process stopped before a connection to the mail server was free.',
          );
        }
        for (const answer of answers) answer();
        const begun = await Promise.all(sent.slice(0, 5));
        expect(begun.map(({ result }) => result)).toEqual(Array(5).fill('accepted'));
        expect(heard.countOf(/^\.$/)).toBe(5);
      },
      { timeouts: defaultTimeouts },
    );
  });

  it.each([
    ['never greets', null, () => undefined],
    [
      'stops answering before it is sent the message',
      '220 ready',
      (line: string) => (line === 'DATA' ? undefined : '250 fine'),
    ],
  ])('does not wait for a server that %s', async (_what, greeting, script) => {
    await withServer(
      script,
      async (mailer, server) => {
        const connected = new Promise<void>((resolve) => server.onConnection(() => resolve()));
        const sent = mailer.send(mailTo('ops@example.com'));
        await connected;
        mailer.wrapUp(600_000);
        expect(await sent).toMatchObject({ result: 'temporary', reason: 'connection' });
      },
      { timeouts: defaultTimeouts },
      greeting,
    );
  });

  it('gives up what is not answered in time, and says that it may have been taken', async () => {
    const heard = listening((line, socket) => (line === '.' ? undefined : obliging(line, socket)));
    await withServer(
      heard.script,
      async (mailer) => {
        const sent = mailer.send(mailTo('ops@example.com'));
        await heard.seen(/^\.$/);
        mailer.wrapUp(20);
        expect(await sent).toMatchObject({
          result: 'temporary',
          reason: 'connection',
          pauses: 'long',
          detail:
            'This process stopped before the mail server had answered. It may already have accepted the mail.',
        });
      },
      { timeouts: defaultTimeouts },
    );
  });
});
