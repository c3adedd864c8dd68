import fc from 'fast-check';
import { maskQueryValues, maskWebhookUrl } from './masked-url.js';

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
