/** The pages of the development mailbox: plain HTML without a script, everything escaped. */
import Handlebars from 'handlebars';
import type { MailboxEntry, MailboxMail } from './development-mailbox.js';
import { mailboxStyle } from './mailbox-style.js';

/**
 * Headers to send these pages with. A mail's own styles are inline, so inline styles are let in, and nothing else: no
 * script, no picture, no request to anywhere.
 */
export const mailboxPageHeaders: Readonly<Record<string, string>> = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy':
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
};

const frame = (title: string, body: string, head = '') => `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
${head}<style>${mailboxStyle}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`;

const strict = { strict: true, knownHelpersOnly: true } as const;

const list = Handlebars.compile(
  frame(
    'Development mailbox',
    `<h1>Development mailbox</h1>
<p class="quiet">No mail server is configured, so mails are kept here and sent to no one. Newest first.</p>
{{#if mails.length}}<ul class="mails">
{{#each mails}}<li><a href="{{address}}"><span class="subject"><bdi>{{subject}}</bdi></span><span class="quiet to">{{to}}</span><time class="quiet" datetime="{{received}}">{{readable}}</time></a></li>
{{/each}}</ul>{{else}}<p class="empty">No mail yet. Publish an event, and its mails appear here.</p>{{/if}}`,
    // Without a script, this is how a page shows what has come.
    '<meta http-equiv="refresh" content="5">\n',
  ),
  strict,
);

const one = Handlebars.compile(
  frame(
    '{{subject}}',
    `<p><a href="{{mailbox}}">← Development mailbox</a></p>
<h1><bdi>{{subject}}</bdi></h1>
<dl class="envelope"><dt>From</dt><dd>{{from}}</dd><dt>To</dt><dd>{{to}}</dd><dt>Date</dt><dd>{{date}}</dd></dl>
<h2>HTML part</h2>
<iframe title="The HTML part of this mail" sandbox="" srcdoc="{{html}}"></iframe>
<h2>Text part</h2>
<pre>{{text}}</pre>
<details><summary>Headers</summary><table class="headers">
{{#each headers}}<tr><th scope="row">{{name}}</th><td>{{value}}</td></tr>
{{/each}}</table></details>
<details><summary>Source</summary><pre>{{source}}</pre></details>`,
  ),
  strict,
);

const missing = Handlebars.compile(
  frame(
    'No such mail',
    `<p><a href="{{mailbox}}">← Development mailbox</a></p>
<h1>No such mail</h1>
<p class="empty">It was never here, or it was removed: the mailbox keeps the newest 500.</p>`,
  ),
  strict,
);

/** The list of mails. `path` is where the mailbox is served; a mail is at `{path}/{id}`. */
export function mailboxListPage(mails: readonly MailboxEntry[], path = '/dev/mailbox'): string {
  return list({
    mails: mails.map((mail) => ({
      ...mail,
      address: `${path}/${mail.id}`,
      received: mail.receivedAt.toISOString(),
      readable: readable(mail.receivedAt),
    })),
  });
}

/** One mail: its headers, its HTML part in a frame that can run, load and open nothing, its text part, its source. */
export function mailboxMailPage(mail: MailboxMail, path = '/dev/mailbox'): string {
  return one({ ...mail, mailbox: path, date: mail.date === null ? 'none' : readable(mail.date) });
}

/** The page that says that there is no such mail; to be sent with status 404. */
export function mailboxMissingPage(path = '/dev/mailbox'): string {
  return missing({ mailbox: path });
}

function readable(time: Date): string {
  return `${time.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
