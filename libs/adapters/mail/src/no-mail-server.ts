import type { Transport } from 'nodemailer';

/** Raised for every mail where no mail server is configured. */
export class NoMailServer extends Error {
  constructor() {
    super('No mail server is configured. The operator must set SMTP_URL.');
  }
}

/** A nodemailer transport for production without SMTP_URL: it takes no mail, so that mails wait for a mail server. */
export const noMailServer: Transport = {
  name: 'no mail server',
  version: '1',
  send: (_mail, callback) => callback(new NoMailServer()),
};
