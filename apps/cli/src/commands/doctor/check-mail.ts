import type { Configuration } from '@belfry/nest';
import { ok, warning, wrong, type Finding } from './finding.js';

/** A person waits: a server that takes longer to say hello will hold up mails as well. */
const timeouts = { connectionMs: 5_000, greetingMs: 5_000, silenceMs: 5_000, totalMs: 10_000 };

/** Whether the mail server says hello and lets us log in. No mail is sent. */
export async function checkMail(
  configuration: Pick<
    Configuration,
    'smtpUrl' | 'smtpClient' | 'production' | 'mailFromIsGuess' | 'mailFrom'
  >,
): Promise<readonly Finding[]> {
  const { smtpUrl, smtpClient, production, mailFromIsGuess, mailFrom } = configuration;
  if (smtpUrl === null) {
    return [
      production
        ? warning('mail server', 'none: mails wait, and fail after 24 hours', 'set SMTP_URL')
        : ok('mail server', 'none: mails go to the development mailbox'),
    ];
  }
  const { verifySmtp } = await import('@belfry/mail');
  const verified = await verifySmtp(smtpUrl, { ...smtpClient, timeouts });
  return [
    verified.ok
      ? ok('mail server', 'it answers')
      : wrong(
          'mail server',
          verified.problems.map(({ message }) => message).join('; '),
          'check SMTP_URL, and that the server lets this machine in',
        ),
    mailFromIsGuess
      ? warning(
          'mail sender',
          `not set, so this is used: ${mailFrom}`,
          'set MAIL_FROM to an address that your mail server may send from',
        )
      : ok('mail sender', mailFrom),
  ];
}
