import { isDevelopment, type Configuration } from '@belfry/configuration';
import type { SeededAccount } from '@belfry/development';

/** What a starting process tells the person who started it. */
export function welcome(configuration: Configuration, sample: SeededAccount | null): string {
  const { publicUrl } = configuration.http;
  const { url, dataDirectory } = configuration.database;
  const { role } = configuration.process;
  const database = url === null ? `embedded, in ${dataDirectory}` : 'PostgreSQL';
  const lines = ['', `Belfry is ready at ${publicUrl}`, `  role ${role}, database ${database}`, ''];
  if (role !== 'worker') lines.push(`  API description      ${publicUrl}/docs`);
  if (role !== 'worker' && isDevelopment(configuration)) {
    lines.push(
      `  development mailbox  ${publicUrl}/dev/mailbox`,
      `  development endpoint ${publicUrl}/dev/endpoint`,
    );
  }
  if (sample !== null) lines.push('', ...adminPage(publicUrl, sample), '', ...firstSteps(publicUrl, sample));
  return `${lines.join('\n')}\n\n`;
}

function adminPage(publicUrl: string, { accountId, apiKey, linkSecret }: SeededAccount): string[] {
  const key = apiKey ?? '<a key with the scope keys:write>';
  return [
    'Open the admin page (once, within 5 minutes):',
    '',
    `  ${publicUrl}/portal/${linkSecret}`,
    '',
    '  It shows a day of made-up deliveries, marked "Sample". For another link:',
    `  curl -X POST ${publicUrl}/v1/accounts/${accountId}/portal-links -H 'Authorization: Bearer ${key}'`,
  ];
}

function firstSteps(publicUrl: string, { accountId, apiKey }: SeededAccount): string[] {
  const account = `${publicUrl}/v1/accounts/${accountId}`;
  if (apiKey === null) {
    return [
      `The sample account is ${account}`,
      '  Its API key was shown at the first start; make another with',
      '',
      `    npx belfry keys create "My key" --scope events:publish`,
    ];
  }
  const event = {
    event_type: 'run_failed',
    environment: 'production',
    account_id: accountId,
    data: {
      run_id: 901,
      run_status: 'failed',
      tenant_id: 7,
      tenant_name: 'Acme',
      integration_id: 3,
      integration_name: 'CRM sync',
    },
  };
  return [
    `Created a sample account: ${account}`,
    `  API key (shown only once): ${apiKey}`,
    '',
    'Publish an event:',
    '',
    `  curl -i ${publicUrl}/v1/events \\`,
    `    -H 'Authorization: Bearer ${apiKey}' \\`,
    `    -H 'Content-Type: application/json' \\`,
    `    -d '${JSON.stringify(event)}'`,
    '',
    'Then look at the webhook in the development endpoint and at the two mails in the development mailbox,',
    'and ask what happened to them:',
    '',
    `  curl ${account}/deliveries -H 'Authorization: Bearer ${apiKey}'`,
    '',
    "Next: send the account's webhooks to your own endpoint (PUT …/notification-settings, see the API description),",
    'or read README.md for how to run on PostgreSQL with a real mail server.',
  ];
}
