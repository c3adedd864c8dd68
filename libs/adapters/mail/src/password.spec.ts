import { openModule } from './open-module.fixture.js';
import { sampleMail } from './sample-mails.fixture.js';
import { startScripted } from './scripted-server.fixture.js';

const password = 'p@ss:w/rd-4711';
const credentials = `operator:${encodeURIComponent(password)}@`;

describe('the password', () => {
  it('never stands in an outcome or in the log, even where the server repeats it', async () => {
    const heard: string[] = [];
    const server = await startScripted((line) => {
      if (line.startsWith('EHLO')) return '250-hello\r\n250 AUTH PLAIN';
      if (!line.startsWith('AUTH')) return undefined;
      heard.push(line);
      return `535 bad login ${line} with ${password}`;
    });
    const logged: unknown[] = [];
    const keep = (...line: unknown[]) => void logged.push(...line);
    const { mailer, module } = await openModule(
      { smtpUrl: server.url.replace('//', `//${credentials}`) },
      { log: keep, warn: keep, error: keep },
    );
    const refused = await mailer.send(sampleMail('run_failed'));
    await module.close();
    await server.close();
    expect(logged).toContainEqual(expect.stringMatching(/^Mails are waiting.*535 bad login/));
    expect(heard).toHaveLength(1);
    expect(refused.response).toEqual({
      status: 535,
      headers: {},
      body: 'bad login AUTH PLAIN *** with ***',
    });
    for (const text of [JSON.stringify(refused), JSON.stringify(logged)]) {
      expect(text).not.toContain(password);
      expect(text).not.toContain(heard[0]!.split(' ')[2]);
    }
  });
});
