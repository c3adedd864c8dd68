import type { Transport } from 'nodemailer';
import { DevelopmentMailbox } from './development-mailbox.js';
import { MailboxFolder } from './mailbox-folder.js';
import { mailboxTransport } from './mailbox-transport.js';

/** The development mailbox: where mails go while no mail server is configured, and where they are read. */
export interface Mailbox {
  /** What the mail adapter sends through. */
  readonly transport: Transport;
  readonly mails: DevelopmentMailbox;
}

/** Opens the mailbox in a folder, which its first mail creates; one that is there is closed to other users. */
export async function openMailbox(directory: string): Promise<Mailbox> {
  const folder = new MailboxFolder(directory);
  await folder.makePrivate();
  return { transport: mailboxTransport(folder), mails: new DevelopmentMailbox(folder) };
}
