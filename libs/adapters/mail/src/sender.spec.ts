import { parseSender } from './sender.js';

describe('MAIL_FROM', () => {
  it.each([
    ['Belfry <belfry@example.com>', { name: 'Belfry', address: 'belfry@example.com', domain: 'example.com' }],
    ['belfry@Example.COM', { name: '', address: 'belfry@example.com', domain: 'example.com' }],
    [
      '"Bell, Tower" <a@b.example.com>',
      { name: 'Bell, Tower', address: 'a@b.example.com', domain: 'b.example.com' },
    ],
    [
      'Belfry <belfry@localhost.invalid>',
      { name: 'Belfry', address: 'belfry@localhost.invalid', domain: 'localhost.invalid' },
    ],
  ])('%s is read', (text, expected) => expect(parseSender(text)).toEqual({ ok: true, value: expected }));

  it.each([
    '',
    'Belfry',
    'belfry@',
    'a@example.com, b@example.com',
    'Team: a@example.com;',
    'Belfry <a@example.com>\r\nBcc: x@example.com',
    'Belfry <not an address>',
  ])('%j is refused', (text) => {
    expect(parseSender(text)).toMatchObject({ ok: false, problems: [{ pointer: '' }] });
  });
});
