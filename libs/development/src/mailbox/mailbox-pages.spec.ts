import type { MailboxMail } from './development-mailbox.js';
import { mailboxListPage, mailboxMailPage, mailboxMissingPage, mailboxPageHeaders } from './mailbox-pages.js';

const evil = `</title></pre>"'><script>alert(1)</script>`;
const mail: MailboxMail = {
  id: '1700000000000-000001-abcdef01',
  subject: evil,
  from: evil,
  to: evil,
  date: new Date('2026-11-24T12:00:00Z'),
  headers: [{ name: evil, value: evil }],
  html: `<p title="x">${evil}</p>`,
  text: evil,
  source: evil,
};
const pages = {
  list: mailboxListPage([{ id: mail.id, receivedAt: mail.date!, subject: evil, to: evil }]),
  mail: mailboxMailPage(mail),
};

describe('the pages of the development mailbox', () => {
  it.each(Object.entries(pages))('escape everything on the page of the %s', (_name, page) => {
    expect(page).not.toContain('<script');
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(page.match(/<\/title>/g)).toHaveLength(1);
  });

  it('show the HTML part in a frame that may do nothing, and whose text cannot end it', () => {
    const frame = /<iframe title="[^"]+" sandbox="" srcdoc="([^"]*)"><\/iframe>/.exec(pages.mail)!;
    const unescaped = frame[1]!
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&#x27;', "'")
      .replaceAll('&#x3D;', '=')
      .replaceAll('&amp;', '&');
    expect(unescaped).toBe(mail.html);
  });

  it('lead from the list to a mail and back, wherever they are served', () => {
    expect(pages.list).toContain(`href="/dev/mailbox/${mail.id}"`);
    expect(pages.mail).toContain('href="/dev/mailbox"');
    expect(mailboxListPage([{ id: 'a', receivedAt: mail.date!, subject: '', to: '' }], '/m')).toContain(
      'href="/m/a"',
    );
    expect(mailboxMissingPage('/m')).toContain('href="/m"');
  });

  it('show what has come without being asked again: the list loads anew, a mail that is read does not', () => {
    expect(pages.list).toContain('<meta http-equiv="refresh" content="5">');
    expect(pages.mail).not.toContain('http-equiv');
  });

  it('say so where there is no mail, and where a mail has no date', () => {
    expect(mailboxListPage([])).toContain('No mail yet');
    expect(mailboxMailPage({ ...mail, date: null })).toContain('<dd>none</dd>');
  });

  it('are served with a policy that lets no script in', () => {
    expect(mailboxPageHeaders['Content-Security-Policy']).toMatch(
      /^default-src 'none'; style-src 'unsafe-inline';/,
    );
  });
});
