import fc from 'fast-check';
import { maskedPartOf, maskQueryValues, maskWebhookUrl } from './masked-url.js';

describe('masking', () => {
  it.each([
    ['https://example.com/in', 'https://example.com/in', 'https://example.com/in'],
    ['https://example.com/in?token=s3cret', 'https://example.com/in?***', 'https://example.com/in?token=***'],
    [
      'https://example.com/in?a=1&b=2=3&c',
      'https://example.com/in?***',
      'https://example.com/in?a=***&b=***&***',
    ],
    [
      'https://example.com/in?s3cret?x=y',
      'https://example.com/in?***',
      'https://example.com/in?s3cret?x=***',
    ],
    ['https://example.com/in?', 'https://example.com/in?***', 'https://example.com/in?***'],
    ['https://example.com/in?a=&&', 'https://example.com/in?***', 'https://example.com/in?a=***&***&***'],
  ])('%s is shown as %s, and in lists as %s', (url, masked, listed) => {
    expect(maskWebhookUrl(url)).toBe(masked);
    expect(maskQueryValues(url)).toBe(listed);
  });

  it('shows no secret that stands as a value or alone, and masks what is masked no further', () => {
    fc.assert(
      fc.property(
        fc.webUrl(),
        fc.uuid(),
        fc.constantFrom('token=', '', 'a=1&token=', 'a='),
        (url, secret, before) => {
          for (const mask of [maskWebhookUrl, maskQueryValues]) {
            const masked = mask(`${url}?${before}${secret}`);
            expect(masked).not.toContain(secret);
            expect(mask(masked)).toBe(masked);
          }
        },
      ),
    );
  });
});

describe('a path', () => {
  it.each([
    [
      'https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX',
      'https://hooks.slack.com/services/T00000000/B00000000/***',
    ],
    [
      'https://discord.com/api/webhooks/123456789012345678/a-Bc_9dEfGhIjKlMnOpQrStUv',
      'https://discord.com/api/webhooks/***/***',
    ],
    [
      'https://x.webhook.office.com/webhookb2/3f2504e0-4f89-11d3-9a0c-0305e82c3301@3f2504e0-4f89-11d3-9a0c-0305e82c3302/IncomingWebhook/0123456789abcdef0123456789abcdef/1',
      'https://x.webhook.office.com/webhookb2/***/IncomingWebhook/***/1',
    ],
    ['https://example.com/%61%62%63%64ef0123456789abcd/in', 'https://example.com/***/in'],
    [
      'https://hooks.zapier.com/hooks/catch/123456/a1b2c3d/',
      'https://hooks.zapier.com/hooks/catch/123456/***/',
    ],
    ['https://example.com/webhook/7f3d9a2b1c', 'https://example.com/webhook/***'],
    ['https://example.com/in/hunter2hunter2', 'https://example.com/in/***'],
    ['https://example.com/v1beta1/oauth2/tenant42/2026-11-28', null],
    ['https://example.com/hooks/account-1000/tenant-created-events/v1', null],
    ['https://example.com/partner-integration-updated/2026-11-28/', null],
    ['https://abcdefghijklmnopqrstuvwxyz123456.example.com/in', null],
  ])('%s is shown as %s', (url, masked) => {
    for (const shown of [maskWebhookUrl(url), maskQueryValues(url)]) expect(shown).toBe(masked ?? url);
  });

  it('that was masked is told from a whole URL, as a masked query is', () => {
    expect(maskedPartOf('https://example.com/in/***')).toBe('a part of the path');
    expect(maskedPartOf('https://example.com/in?token=***')).toBe('the query');
    expect(maskedPartOf('https://example.com/in?***')).toBe('the query');
    expect(maskedPartOf('https://example.com/in?token=s3cret')).toBeNull();
    expect(maskedPartOf('https://example.com/in?')).toBeNull();
  });
});
