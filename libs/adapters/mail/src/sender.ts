import { domainOf, failure, parseEmailAddress, success, type Result } from '@belfry/domain';
import addressparser from 'nodemailer/lib/addressparser';

/** Whom mails come from. */
export interface Sender {
  /** The display name; empty where there is none. */
  readonly name: string;
  /** The address: also the envelope's sender, to which mail servers report what they could not deliver. */
  readonly address: string;
  /** The address' domain, in which Message-IDs and List-Ids are made. */
  readonly domain: string;
}

/**
 * Reads the setting MAIL_FROM: one address, with or without a display name (RFC 5322 section 3.4), such as
 * `Belfry <belfry@example.com>`. What is no single valid address comes back as a problem.
 */
export function parseSender(text: string): Result<Sender> {
  const message = 'must be one email address, with or without a name, such as Belfry <belfry@example.com>';
  const problem = failure({ pointer: '', message });
  if (/\p{Cc}/u.test(text)) return problem;
  const [mailbox, ...others] = addressparser(text);
  if (mailbox?.address === undefined || others.length > 0) return problem;
  const address = parseEmailAddress(mailbox.address);
  if (!address.ok) return problem;
  return success({
    name: mailbox.name,
    address: address.value,
    domain: domainOf(address.value),
  });
}
