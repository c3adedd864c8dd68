import { parseEhloName, parseSender, parseSmtpUrl, readAuthorities } from '@belfry/mail';
import { addressVariables, publicUrlOf } from './http.config.js';
import { namespace } from './namespace.js';
import { acceptedBy, readBy } from './rules.js';

/** The mail server, and whom mails come from. */
export const mailConfig = namespace('mail', {
  variables: {
    ...addressVariables,
    SMTP_URL: acceptedBy(parseSmtpUrl).optional(),
    SMTP_EHLO_NAME: acceptedBy(parseEhloName).optional(),
    SMTP_CA_FILE: readBy(readAuthorities).optional(),
    MAIL_FROM: acceptedBy(parseSender).optional(),
  },
  secrets: ['SMTP_URL'],
  settings: (values) => {
    const publicName = nameIn(publicUrlOf(values));
    const from = values.MAIL_FROM ?? `Belfry <belfry@${publicName ?? 'belfry.invalid'}>`;
    return {
      /** Null means the development mailbox or, in production, that mails wait. */
      smtpUrl: values.SMTP_URL ?? null,
      /** What this process calls itself in EHLO. */
      ehloName: values.SMTP_EHLO_NAME ?? publicName ?? domainOf(from),
      /** Certificates in PEM, one of which the mail server's must lead to; undefined means the system's. */
      authorities: values.SMTP_CA_FILE,
      from,
      /** True where `from` was not given but made up. */
      fromIsGuess: values.MAIL_FROM === undefined,
    };
  },
});

/** The host of a URL where it is a name that others may know; an address, or a name without a dot, is not one. */
function nameIn(publicUrl: string): string | null {
  const { hostname } = new URL(publicUrl);
  return /^[a-z0-9][a-z0-9.-]*\.[a-z][a-z0-9-]*$/i.test(hostname) ? hostname : null;
}

function domainOf(mailFrom: string): string {
  const sender = parseSender(mailFrom);
  if (!sender.ok) throw new Error('MAIL_FROM was read before');
  return sender.value.domain;
}
