/**
 * Makes a mail's bytes at once. nodemailer would compose them in a dozen streams, and send them in as many small writes,
 * which is most of what a mail costs. What encodes headers and text here is nodemailer's own.
 */
import MimeNode from 'nodemailer/lib/mime-node';
import { encode, wrap } from 'nodemailer/lib/qp';

/** The longest line of quoted-printable text (RFC 2045 section 6.7). */
const longestLine = 76;

/** Header values as nodemailer takes them: text to be encoded and folded, addresses, or what is `prepared`. */
export type MimeHeaders = Record<
  string,
  | string
  | { readonly name: string; readonly address: string }
  | { readonly prepared: true; readonly value: string }
>;

/** A message with a text and an HTML part (RFC 2046 section 5.1.4), both quoted-printable. Lines end with CRLF. */
export function mimeMessage(headers: MimeHeaders, text: string, html: string): Buffer {
  const root = new MimeNode('multipart/alternative');
  for (const [name, value] of Object.entries(headers)) root.setHeader(name, value);
  const head = root.buildHeaders();
  const delimiter = `--${String(root.boundary)}`;
  const parts = [part(delimiter, 'text/plain', text), part(delimiter, 'text/html', html)];
  return Buffer.from(`${head}\r\n\r\n${parts.join('')}${delimiter}--\r\n`, 'latin1');
}

function part(delimiter: string, contentType: string, content: string): string {
  const encoded = wrap(encode(content.replace(/\r\n|\n|\r/g, '\r\n')), longestLine);
  return `${delimiter}\r\nContent-Type: ${contentType}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n${encoded}\r\n`;
}
