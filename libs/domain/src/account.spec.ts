import { parseAccount } from './account.js';
import type { Problem } from './problem.js';

const valid = { account_name: 'Initech', primary_contact: { name: 'Jane Doe', email: 'jane@example.com' } };

function problemsWith(input: unknown): readonly Problem[] {
  const parsed = parseAccount(42, input);
  return parsed.ok ? [] : parsed.problems;
}

describe('parseAccount', () => {
  it('answers the account', () => {
    expect(parseAccount(42, valid)).toEqual({
      ok: true,
      value: {
        accountId: 42,
        accountName: 'Initech',
        primaryContact: { name: 'Jane Doe', email: 'jane@example.com' },
      },
    });
  });

  it.each([undefined, null])('takes %p for no name of the contact', (name) => {
    const parsed = parseAccount(42, { ...valid, primary_contact: { name, email: 'jane@example.com' } });
    expect(parsed.ok && parsed.value.primaryContact.name).toBeNull();
  });

  it('trims names and writes the address in its normal form', () => {
    const parsed = parseAccount(42, {
      account_name: ' Initech ',
      primary_contact: { name: ' Jane ', email: ' Jane@Bücher.Example ' },
    });
    expect(parsed.ok && parsed.value).toEqual({
      accountId: 42,
      accountName: 'Initech',
      primaryContact: { name: 'Jane', email: 'Jane@xn--bcher-kva.example' },
    });
  });

  it.each([
    ['no body', undefined, [{ pointer: '', message: 'is required' }]],
    ['a list', [], [{ pointer: '', message: 'must be an object' }]],
    [
      'nothing in it',
      {},
      [
        { pointer: '/account_name', message: 'is required' },
        { pointer: '/primary_contact', message: 'is required' },
      ],
    ],
    [
      'no address of the contact',
      { account_name: 'Initech', primary_contact: { name: 'Jane' } },
      [{ pointer: '/primary_contact/email', message: 'is required' }],
    ],
    [
      'a null contact',
      { ...valid, primary_contact: null },
      [{ pointer: '/primary_contact', message: 'must be an object' }],
    ],
    [
      'a text that is not an address',
      { ...valid, primary_contact: { email: 5 } },
      [{ pointer: '/primary_contact/email', message: 'must be an email address' }],
    ],
    [
      'unknown fields',
      { ...valid, account_id: 42, primary_contact: { ...valid.primary_contact, phone: '1' } },
      [
        { pointer: '/primary_contact/phone', message: 'is not a known field' },
        { pointer: '/account_id', message: 'is not a known field' },
      ],
    ],
  ])('refuses %s and says which field is wrong', (_case, input, problems) => {
    expect(problemsWith(input)).toEqual(problems);
  });

  it('names a bad address', () => {
    expect(problemsWith({ ...valid, primary_contact: { email: 'jane.example.com' } })).toEqual([
      { pointer: '/primary_contact/email', message: expect.stringContaining('"jane.example.com"') },
    ]);
  });
});
