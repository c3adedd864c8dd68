import type { SentMessageInfo, Transport } from 'nodemailer';
import type { MailboxFolder } from './mailbox-folder.js';

/** A nodemailer transport that writes the very message a mail server would be given into the development mailbox. */
export function mailboxTransport(folder: MailboxFolder): Transport {
  return {
    name: 'development mailbox',
    version: '1',
    send(mail, callback) {
      const { message } = mail;
      const keep = async (): Promise<SentMessageInfo> => {
        const id = await folder.write(withCrlf(await message.build()));
        return {
          envelope: message.getEnvelope(),
          messageId: message.messageId(),
          response: `250 2.0.0 kept in the development mailbox as ${id}`,
        };
      };
      keep().then((sent) => callback(null, sent), callback);
    },
  };
}

/** Every line ended by CRLF (RFC 5322 section 2.1), as nodemailer's SMTP connection does on the way out. */
function withCrlf(message: Buffer): Buffer {
  return Buffer.from(message.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1');
}
