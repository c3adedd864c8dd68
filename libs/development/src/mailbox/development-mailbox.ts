import { simpleParser, type AddressObject, type ParsedMail } from 'mailparser';
import { MailboxFolder } from './mailbox-folder.js';

/** A mail in the list of the development mailbox. */
export interface MailboxEntry {
  readonly id: string;
  readonly receivedAt: Date;
  readonly subject: string;
  readonly to: string;
}

/** A mail in the development mailbox, parsed. */
export interface MailboxMail {
  readonly id: string;
  readonly subject: string;
  readonly from: string;
  readonly to: string;
  /** The header `Date`; null where there is none. */
  readonly date: Date | null;
  /** All headers in their order, unfolded, not decoded. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly html: string;
  readonly text: string;
  /** The message as it was sent. */
  readonly source: string;
}

/** Shows the mails that were sent while no mail server was configured. */
export class DevelopmentMailbox {
  constructor(private readonly folder: MailboxFolder) {}

  /** Up to `limit` mails, newest first. */
  async list(limit: number): Promise<MailboxEntry[]> {
    const entries: MailboxEntry[] = [];
    for (const id of await this.folder.newest(limit)) {
      const source = await this.folder.read(id);
      // Removed since the folder was read: the mailbox keeps a bounded number.
      if (source === null) continue;
      const { subject, to } = await parse(headOf(source));
      entries.push({
        id,
        receivedAt: MailboxFolder.receivedAt(id),
        subject: subject ?? '',
        to: addresses(to),
      });
    }
    return entries;
  }

  /** One mail; null where there is none by this id, or where this can't be an id. */
  async read(id: string): Promise<MailboxMail | null> {
    const source = await this.folder.read(id);
    if (source === null) return null;
    const mail = await parse(source);
    return {
      id,
      subject: mail.subject ?? '',
      from: addresses(mail.from),
      to: addresses(mail.to),
      date: mail.date ?? null,
      headers: mail.headerLines.map(({ line }) => {
        const colon = line.indexOf(':');
        return {
          name: line.slice(0, colon),
          value: line
            .slice(colon + 1)
            .replace(/\r?\n/g, '')
            .trim(),
        };
      }),
      html: mail.html || '',
      text: mail.text ?? '',
      source: source.toString('utf8'),
    };
  }
}

function parse(source: Buffer): Promise<ParsedMail> {
  return simpleParser(source, {
    skipHtmlToText: true,
    skipTextToHtml: true,
    skipImageLinks: true,
    skipTextLinks: true,
  });
}

/** The headers alone, for the list. */
function headOf(source: Buffer): Buffer {
  const end = source.indexOf('\r\n\r\n');
  return end < 0 ? source : source.subarray(0, end + 4);
}

function addresses(header: AddressObject | AddressObject[] | undefined): string {
  return [header ?? []]
    .flat()
    .map(({ text }) => text)
    .join(', ');
}
