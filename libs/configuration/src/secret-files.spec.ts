import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfiguration } from './configuration.js';
import { ConfigurationError } from './namespace.js';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'belfry-secrets-'))));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function problemsOf(environment: Record<string, string>): string[] {
  try {
    readConfiguration(environment);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.message.split('\n');
  }
}

test('secrets are read from the files that are named, without the end of their line', () => {
  const configuration = readConfiguration({
    DATABASE_URL_FILE: file('url', 'postgres://belfry:s3cret@db.example.com/belfry\n'),
    SMTP_URL_FILE: file('smtp', 'smtp://user:pass@mail.example.com\r\n'),
    BOOTSTRAP_API_KEY_FILE: file('key', 'the-key-of-now'),
    BOOTSTRAP_API_KEY_PREVIOUS_FILE: file('previous', 'the-key-before\n'),
  });
  expect(configuration).toMatchObject({
    database: { url: 'postgres://belfry:s3cret@db.example.com/belfry' },
    mail: { smtpUrl: 'smtp://user:pass@mail.example.com' },
    access: { bootstrapApiKey: 'the-key-of-now', previousBootstrapApiKey: 'the-key-before' },
  });
});

test('what a file holds is judged as the setting itself, and not shown', () => {
  const [problem] = problemsOf({ DATABASE_URL_FILE: file('bad', 'postgres://belfry:s3/cret@db/belfry\n') });
  expect(problem).toMatch(/^DATABASE_URL must be a URL such as/);
  expect(problem).not.toContain('cret@');
});

test('a file that is missing, empty or named beside the setting is a problem that names the setting', () => {
  expect(
    problemsOf({
      SMTP_URL_FILE: join(folder, 'nowhere'),
      BOOTSTRAP_API_KEY_FILE: file('empty', '\n'),
      DATABASE_URL: 'postgres://h/d',
      DATABASE_URL_FILE: file('again', 'postgres://h/d'),
    }),
  ).toEqual([
    'DATABASE_URL_FILE must not be set together with DATABASE_URL: remove one of them',
    'SMTP_URL_FILE must name a file that this process can read (ENOENT)',
    'BOOTSTRAP_API_KEY_FILE must name a file that holds the secret: this one is empty',
  ]);
});
