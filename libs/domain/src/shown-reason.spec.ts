import { reasonForAccounts } from './shown-reason.js';

describe('the reason that an account is shown', () => {
  it.each([
    [
      'a name that leads inside is not told from one that is not there',
      'blocked_address',
      'https://db.corp.example/',
      'dns',
    ],
    ['a name that is not there', 'dns', 'https://missing.corp.example/', 'dns'],
    ['an address stays', 'blocked_address', 'https://10.0.0.1/in', 'blocked_address'],
    ['an IPv6 address stays', 'blocked_address', 'https://[::1]/in', 'blocked_address'],
    ['another reason stays', 'tls', 'https://db.corp.example/', 'tls'],
    ['none stays', null, 'https://db.corp.example/', null],
  ] as const)('%s', (_what, reason, destination, shown) => {
    expect(reasonForAccounts(reason, destination)).toBe(shown);
  });
});
