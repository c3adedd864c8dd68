import { readConfiguration } from './configuration.js';
import { ConfigurationError } from './namespace.js';

const problemsOf = (environment: Record<string, string>): string[] => {
  try {
    readConfiguration(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems.map(({ pointer }) => pointer.slice(1));
    throw error;
  }
};

describe('the settings of the process', () => {
  it('have the defaults of the contract', () => {
    expect(readConfiguration({})).toEqual({
      process: { role: 'all', production: false, logLevel: 'info', stopDelayMs: 0 },
      http: {
        host: '127.0.0.1',
        port: 3000,
        publicUrl: 'http://127.0.0.1:3000',
        metricsPort: null,
        requestTimeoutMs: 30_000,
        connections: 4_000,
        trustedProxies: [],
      },
      database: {
        url: null,
        pooler: null,
        directUrl: null,
        schema: 'belfry',
        poolSize: 8,
        readPoolSize: 2,
        dataDirectory: '.belfry',
      },
      mail: {
        smtpUrl: null,
        ehloName: 'belfry.invalid',
        authorities: undefined,
        from: 'Belfry <belfry@belfry.invalid>',
        fromIsGuess: true,
      },
      webhooks: {
        timeoutMs: 15_000,
        leaseMarginMs: 15_000,
        nameServers: null,
        allowed: { hosts: new Set(), cidrs: [], endpoints: [] },
      },
      limits: {
        webhooks: { inFlight: 256, perAccount: 16, perOrigin: 128 },
        mails: { inFlight: 50, perDomain: 10 },
      },
      access: {
        bootstrapApiKey: null,
        previousBootstrapApiKey: null,
        requestsPerSecond: 10_000,
        refusalsPerMinute: 600,
        accountRequestsPerSecond: 100,
        allowances: {
          testsPerMinute: 30,
          mailRedeliveriesPerHour: 100,
          webhookRedeliveriesPerHour: 10_000,
        },
      },
      platform: {
        sites: { admin: 'https://admin.example.com', api: 'https://api.example.com' },
        retention: { events: 30, audit: 365 },
      },
      portal: { refreshUrl: null, frameAncestors: [] },
      tracing: { protocol: null },
    });
  });

  it('take an empty variable for one that is not set', () => {
    expect(readConfiguration({ DATABASE_URL: '', PORT: '', SMTP_URL: '' })).toEqual(readConfiguration({}));
  });

  it('name the name servers that endpoints are looked up with, or say which entry is not one', () => {
    expect(
      readConfiguration({ DNS_SERVERS: '192.0.2.53, [2001:db8::53]:5353' }).webhooks.nameServers,
    ).toEqual(['192.0.2.53', '[2001:db8::53]:5353']);
    expect(() => readConfiguration({ DNS_SERVERS: '192.0.2.53,ns.example.com' })).toThrow(
      'DNS_SERVERS must be a comma-separated list of addresses',
    );
  });

  it('name every wrong variable at once', () => {
    expect(
      problemsOf({
        PORT: '70000',
        DATABASE_URL: 'mysql://localhost',
        SMTP_URL: 'http://localhost',
        ROLE: 'boss',
        RETENTION_DAYS: '0',
        WEBHOOK_TIMEOUT_MS: 'soon',
        WEBHOOK_ALLOWED_CIDRS: '10.0.0.0/40',
        PUBLIC_URL: 'example.com',
      }).sort(),
    ).toEqual([
      'DATABASE_URL',
      'PORT',
      'PUBLIC_URL',
      'RETENTION_DAYS',
      'ROLE',
      'SMTP_URL',
      'WEBHOOK_ALLOWED_CIDRS',
      'WEBHOOK_TIMEOUT_MS',
    ]);
  });

  it('never show a value: it may hold a password', () => {
    const secret = 'hunter2';
    const environment = {
      DATABASE_URL: `pg://me:${secret}@x`,
      SMTP_URL: `mail://me:${secret}@x`,
      BOOTSTRAP_API_KEY: `${secret} with a space`,
      MAIL_FROM: secret,
    };
    expect(() => readConfiguration(environment)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining(secret) }),
    );
  });

  it('cut a trailing slash off the addresses that links begin with', () => {
    const { http, platform } = readConfiguration({
      PUBLIC_URL: 'https://b.example.com/',
      PLATFORM_ADMIN_URL: 'https://a.example.com/x/',
    });
    expect([http.publicUrl, platform.sites.admin]).toEqual([
      'https://b.example.com',
      'https://a.example.com/x',
    ]);
  });

  it('name this service to the mail server as its users know it', () => {
    const nameBy = (environment: Record<string, string>) => readConfiguration(environment).mail.ehloName;
    const MAIL_FROM = 'Belfry <belfry@mail.example.com>';
    expect(nameBy({ PUBLIC_URL: 'https://notify.example.com:8443/base', MAIL_FROM })).toBe(
      'notify.example.com',
    );
    expect(nameBy({ MAIL_FROM })).toBe('mail.example.com');
    // Neither an address nor a name without a dot is known to anybody else.
    for (const host of ['192.0.2.1', '[2001:db8::1]', 'localhost', 'belfry']) {
      expect(nameBy({ PUBLIC_URL: `https://${host}`, MAIL_FROM })).toBe('mail.example.com');
    }
    expect(nameBy({ SMTP_EHLO_NAME: 'mx.example.com', PUBLIC_URL: 'https://n.example.com', MAIL_FROM })).toBe(
      'mx.example.com',
    );
  });

  it('refuse a name for EHLO that is not one, and a file of authorities that is not there', () => {
    expect(problemsOf({ SMTP_EHLO_NAME: 'two words', SMTP_CA_FILE: '/nowhere/authorities.pem' })).toEqual([
      'SMTP_EHLO_NAME',
      'SMTP_CA_FILE',
    ]);
  });

  it('make up a sender of mails from the public address, and say so', () => {
    expect(readConfiguration({ PUBLIC_URL: 'https://belfry.example.com' })).toMatchObject({
      mail: { from: 'Belfry <belfry@belfry.example.com>', fromIsGuess: true },
    });
  });
});

describe('PORTAL_FRAME_ANCESTORS', () => {
  const read = (list: string) => readConfiguration({ PORTAL_FRAME_ANCESTORS: list }).portal.frameAncestors;

  it.each([
    'https://*',
    'http://*',
    'https://*.com',
    'https://*:443',
    'https://app.*',
    'https://a*.example.com',
    'https://app.example.com, https://*',
  ])('refuses %j, which would let everybody embed the page, or nobody', (list) => {
    expect(() => read(list)).toThrow(/^PORTAL_FRAME_ANCESTORS must name the sites/);
  });

  it('takes origins of somebody', () => {
    const list =
      'https://app.example.com, https://*.example.com, http://localhost:8080, https://*.a-b.example:8443';
    expect(read(list)).toHaveLength(4);
  });
});
