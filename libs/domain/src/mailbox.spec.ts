import emailAddresses from 'email-addresses';
import fc from 'fast-check';
import { readMailbox } from './mailbox.js';

/** What the parser of the whole grammar (RFC 5322, RFC 6532) makes of it, where an address of ours is in it. */
function byTheWholeGrammar(text: string) {
  const mailbox = emailAddresses({ input: text, startAt: 'mailbox', rfc6532: true })?.addresses[0];
  if (mailbox?.type !== 'mailbox') return null;
  const { local, domain } = mailbox.parts;
  // It drops quotes, and white space and comments around the @; what it dropped shows in the tokens.
  const isPlain =
    local.tokens.endsWith(local.semantic) &&
    domain.tokens.startsWith(domain.semantic) &&
    [local, domain].every((part) => /^[^\s@"(),:;<>[\\\]]+$/.test(part.semantic));
  return isPlain ? { local: local.semantic, domain: domain.semantic } : null;
}

function plain(text: string) {
  const mailbox = readMailbox(text);
  return mailbox?.local == null || mailbox.domain === null ? null : mailbox;
}

const atom = fc.stringMatching(/^[A-Za-z0-9!#$%&'*+/=?^_`{|}~éß株-]{1,8}$/);
const dotAtom = fc.array(atom, { minLength: 1, maxLength: 3 }).map((atoms) => atoms.join('.'));
const address = fc.tuple(dotAtom, dotAtom).map((parts) => parts.join('@'));
const quotedName = fc
  .string({ unit: fc.constantFrom('a', ' ', ',', '@', '<', '>', '(', ')', '\\"', '\\\\', 'é', ';', ':') })
  .map((text) => `"${text}"`);
const { comment } = fc.letrec<{ comment: string }>((tie) => ({
  comment: fc
    .array(
      fc.oneof({ depthSize: 'small' }, fc.constantFrom('x', ' ', ',', '\\)', '"', '@'), tie('comment')),
      {
        maxLength: 3,
      },
    )
    .map((pieces) => `(${pieces.join('')})`),
}));
const gap = fc.oneof(fc.constantFrom('', ' ', '\t', '\r\n '), comment);
const name = fc
  .array(fc.oneof(atom, quotedName), { maxLength: 3 })
  .map((words) => words.map((word) => `${word} `).join(''));

describe('agrees with a parser of the whole grammar', () => {
  it('on addresses as people write them, with names, comments and folded lines', () => {
    const mailbox = fc
      .tuple(gap, name, gap, address, gap, fc.boolean())
      .map(([before, display, between, one, after, isAngled]) =>
        isAngled || display !== ''
          ? `${before}${display}${between}<${one}>${after}`
          : `${before}${one}${after}`,
      );
    fc.assert(
      fc.property(mailbox, (text) => {
        expect(readMailbox(text)).toEqual(byTheWholeGrammar(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('on any text made of such pieces, save for what is left out on purpose', () => {
    const piece = fc.oneof(
      fc.constantFrom('a', 'B.c', '@', '"q"', '(c)', '<', '>', ',', ';', ':', ' ', '[', ']', '\\', '"', '('),
      address,
    );
    const text = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(text, (given) => {
        // Groups and source routes have a colon; it is in nothing else that either takes.
        fc.pre(!/:/.test(given));
        expect(plain(given)).toEqual(byTheWholeGrammar(given));
      }),
      { numRuns: 5000 },
    );
  });
});

test.each([
  ['a comment or a quoted string that is left open', ['(a@b.co', '"a" b" <a@b.co>', 'a@b.co (x (y)']],
  [
    'a control character, wherever it stands',
    ['a@b.co\u0000', '"\u0007" <a@b.co>', '(\u001b) a@b.co', 'x\r\ny <a@b.co>'],
  ],
  ['a route', ['<@relay.example:a@b.co>']],
  [
    'more or less than one address',
    ['', ' ', '<>', 'a', 'a@b@c', '<a@b.co> <c@d.co>', 'x <a@b.co> y', '>a@b.co<'],
  ],
])('%s has not the form of a mailbox', (_kind, texts) => {
  expect(texts.map(readMailbox)).toEqual(texts.map(() => null));
});

test('a part of an address that is quoted, literal or spaced is not taken for a word', () => {
  expect(readMailbox('"a"@b.co')).toEqual({ local: null, domain: 'b.co' });
  expect(readMailbox('a@[192.0.2.1]')).toEqual({ local: 'a', domain: null });
  expect(readMailbox('all: a@b.co;')).toEqual({ local: null, domain: null });
  expect(readMailbox('a @(x)b.co')).toEqual({ local: null, domain: null });
});
