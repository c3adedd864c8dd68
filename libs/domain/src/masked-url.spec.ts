import fc from 'fast-check';
import { maskQueryOf, maskQueryValues, maskWebhookUrl } from './masked-url.js';

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

describe('a text that may repeat a URL', () => {
  it.each([
    [
      'https://x.example.com/in?token=s3cret-token',
      'moved to https://x.example.com/in/?token=s3cret-token',
      'moved to https://x.example.com/in/?token=***',
    ],
    ['https://x.example.com/in?s3cret-token', 'you sent "s3cret-token"', 'you sent "***"'],
    ['https://x.example.com/in?t=a%2Fb%2Fc%2Fd%2Fe', 'a/b/c/d/e and a%2Fb%2Fc%2Fd%2Fe', '*** and ***'],
    ['https://x.example.com/in?a=12345678&b=1234567890', '1234567890 12345678', '*** ***'],
    ['https://x.example.com/in?v=1&mode=fast', 'v=1, mode=fast', 'v=1, mode=fast'],
    ['https://x.example.com/in', 'nothing to mask', 'nothing to mask'],
  ])('of %s', (url, text, masked) => {
    expect(maskQueryOf(url, text)).toBe(masked);
  });
});
