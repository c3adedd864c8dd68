import { ConfigurationError, readConfiguration } from './environment.js';

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
      host: '127.0.0.1',
      port: 3000,
      publicUrl: 'http://127.0.0.1:3000',
      role: 'all',
      production: false,
      logLevel: 'info',
      databaseUrl: null,
      databasePooler: null,
      databaseDirectUrl: null,
      databaseSchema: 'belfry',
      databasePoolSize: 8,
      databaseReadPoolSize: 2,
      dataDirectory: '.belfry',
      smtpUrl: null,
      smtpClient: { ehloName: 'belfry.invalid', authorities: undefined },
      mailFrom: 'Belfry <belfry@belfry.invalid>',
      mailFromIsGuess: true,
      sites: { admin: 'https://admin.example.com', api: 'https://api.example.com' },
      webhookTimeoutMs: 15_000,
      webhookLeaseMarginMs: 15_000,
      nameServers: null,
      allowed: { hosts: new Set(), cidrs: [], endpoints: [] },
      limits: {
        webhooksInFlight: 256,
        webhooksInFlightPerAccount: 16,
        webhooksInFlightPerOrigin: 128,
        mailsInFlight: 50,
        mailsInFlightPerDomain: 10,
      },
      rateLimits: {
        requestsPerSecond: 10_000,
        refusalsPerMinute: 600,
        accountRequestsPerSecond: 100,
        testsPerMinute: 30,
        mailRedeliveriesPerHour: 100,
        webhookRedeliveriesPerHour: 10_000,
      },
      trustedProxies: [],
      metricsPort: null,
      requests: { timeoutMs: 30_000, connections: 4_000 },
      retentionDays: 30,
      auditRetentionDays: 365,
      portalRefreshUrl: null,
      portalFrameAncestors: [],
      bootstrapApiKey: null,
      previousBootstrapApiKey: null,
      stopDelayMs: 0,
      traceProtocol: null,
    });
  });

  it('take an empty variable for one that is not set', () => {
    expect(readConfiguration({ DATABASE_URL: '', PORT: '', SMTP_URL: '' })).toEqual(readConfiguration({}));
  });

  it('name the name servers that endpoints are looked up with, or say which entry is not one', () => {
    expect(readConfiguration({ DNS_SERVERS: '192.0.2.53, [2001:db8::53]:5353' }).nameServers).toEqual([
      '192.0.2.53',
      '[2001:db8::53]:5353',
    ]);
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
    const { publicUrl, sites } = readConfiguration({
      PUBLIC_URL: 'https://b.example.com/',
      PLATFORM_ADMIN_URL: 'https://a.example.com/x/',
    });
    expect([publicUrl, sites.admin]).toEqual(['https://b.example.com', 'https://a.example.com/x']);
  });

  it('name this service to the mail server as its users know it', () => {
    const nameBy = (environment: Record<string, string>) =>
      readConfiguration(environment).smtpClient.ehloName;
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
      mailFrom: 'Belfry <belfry@belfry.example.com>',
      mailFromIsGuess: true,
    });
  });
});

describe('PORTAL_FRAME_ANCESTORS', () => {
  const read = (list: string) => readConfiguration({ PORTAL_FRAME_ANCESTORS: list }).portalFrameAncestors;

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
