import { isAboutTheMail, refusedWith } from './smtp-outcome.js';

const verdictOn = (reply: string, command = 'RCPT TO') =>
  refusedWith({ response: reply, responseCode: Number(reply.slice(0, 3)), command });

describe('a 5xx reply about this recipient or this mail ends it', () => {
  it.each([
    '550 5.1.1 <x@example.com>: Recipient address rejected: User unknown',
    '550 No such user here',
    '551 user not local',
    '552 5.2.2 mailbox full',
    '552 5.3.4 message too big for system',
    '553 sorry, no mailbox here by that name (#5.1.1)',
    '554 5.4.4 unable to look up host example.com',
    '550 5.4.1 Recipient address rejected: Access denied',
    '550 5.4.6 routing loop',
    '550 5.5.0 Requested action not taken: mailbox unavailable',
    '554 5.6.0 message content rejected',
    '556 5.1.10 the domain does not accept mail',
    '501 bad address syntax',
    '550 5.0.0 unknown user',
    '541 rejected as spam',
    '550-5.1.1 The email account that you tried to reach\n550 5.1.1 does not exist',
  ])('%j', (reply) => {
    expect(verdictOn(reply)).toMatchObject({ result: 'permanent', reason: 'rejected' });
    expect(verdictOn(reply, 'DATA')).toMatchObject({ result: 'permanent' });
  });
});

describe('a 5xx reply about the sender or the server waits, with long pauses', () => {
  it.each([
    '554 5.7.1 <x@example.com>: Relay access denied',
    '550 5.7.1 Unable to relay',
    '550 relay not permitted',
    "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)",
    '550-5.7.26 unauthenticated sender\n550 5.7.26 see https://example.com',
    '550 5.7.60 client does not have permissions to send as this sender',
    '550 5.4.5 Daily user sending limit exceeded',
    '554 5.7.0 Too many unauthenticated commands',
    '550 5.1.8 sender address has bad domain',
    '550 5.1.7 bad sender',
    '554 5.3.0 internal error',
    '552 5.3.1 mail system full',
    '550 5.3.2 system not accepting messages',
    '530 5.7.0 Must issue a STARTTLS command first',
    '530 Authentication required',
    '535 5.7.8 authentication credentials invalid',
    '534 5.7.9 mechanism too weak',
    '538 encryption required',
    '525 5.7.13 user account disabled',
    '503 5.5.1 bad sequence of commands',
    '502 5.5.1 command not implemented',
    '500 unrecognised command',
    '555 5.5.4 unsupported parameter',
    '521 host does not accept mail',
    '550 5.4.7 delivery time expired',
  ])('%j', (reply) => {
    for (const command of ['RCPT TO', 'DATA']) {
      expect(verdictOn(reply, command)).toMatchObject({
        result: 'temporary',
        reason: 'temporary',
        pauses: 'long',
        response: { status: Number(reply.slice(0, 3)) },
      });
    }
  });

  it.each(['MAIL FROM', 'AUTH PLAIN', 'EHLO', 'STARTTLS', 'CONN'])('to %s, whatever it says', (command) => {
    expect(verdictOn('550 5.1.1 no', command)).toMatchObject({ result: 'temporary', pauses: 'long' });
  });
});

describe('any other reply', () => {
  it.each([
    '450 4.2.0 greylisted',
    '451 try later',
    '452 4.2.2 full',
    '421 4.3.2 closing',
    '450 5.1.1 no such user',
  ])('%j waits, with the usual pauses', (reply) =>
    expect(verdictOn(reply)).toMatchObject({ result: 'temporary', pauses: 'usual' }),
  );

  it('5xx that calls itself temporary waits', () => {
    expect(verdictOn('550 4.7.1 greylisted')).toMatchObject({ result: 'temporary' });
  });

  it('says of the server that it works, where it is about the mail, and 421 never does', () => {
    expect(isAboutTheMail({ response: '450 busy mailbox', responseCode: 450, command: 'RCPT TO' })).toBe(
      true,
    );
    expect(isAboutTheMail({ response: '421 closing', responseCode: 421, command: 'RCPT TO' })).toBe(false);
  });
});
