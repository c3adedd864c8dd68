/** The headers of a mail, each from its standard; no name gets into one without being encoded. */
import { createHash } from 'node:crypto';
import type { NotificationMail } from '@belfry/application';
import { encodeWord } from 'nodemailer/lib/mime-funcs';
import type { Sender } from './sender.js';
import { shownName } from './shown-name.js';

/** `Message-ID` (RFC 5322 section 3.6.4): the same for every try of a delivery, so that receivers can drop a double. */
export function messageIdOf(deliveryId: string, sender: Sender): string {
  return `<${deliveryId}@${sender.domain}>`;
}

/**
 * A made-up ancestor that mails about the same thing refer to (`References`, `In-Reply-To`), so that mail programs show
 * them together; which of them came first need not be known. Hashed: the thread's value may hold any character.
 */
export function threadIdOf(thread: readonly string[], sender: Sender): string {
  const digest = createHash('sha256').update(JSON.stringify(thread)).digest('hex');
  return `<thread-${digest.slice(0, 32)}@${sender.domain}>`;
}

/** `List-Id` (RFC 2919): one list per account, which filters can go by. `name` is for people, as it should be read. */
export function listIdOf(
  mail: NotificationMail,
  accountName: string,
  sender: Sender,
): { name: string; id: string } {
  return {
    name: `${shownName(accountName)} notifications`,
    id: `<account-${mail.accountId}.notifications.${sender.domain}>`,
  };
}

/**
 * Text for an unstructured header or a phrase, as RFC 2047 encoded words, folded. All of it is encoded, plain letters
 * too: nothing of a name is left for a mail program to read as syntax, be it a quote, a line break or a ready-made
 * encoded word.
 */
export function encodedText(text: string): { prepared: true; value: string } {
  return { prepared: true, value: encodedWords(text) };
}

/** The phrase and the id of a list. Mail programs show this header as it stands, so a plain short name stays legible. */
export function encodedListId({ name, id }: { name: string; id: string }): { prepared: true; value: string } {
  const legible = /^[ !#-<>-[\]-~]{1,60}$/.test(name);
  return { prepared: true, value: `${legible ? `"${name}"` : encodedWords(name)}\r\n ${id}` };
}

/** The words are kept short so that each stays below the 75 characters of RFC 2047 and its line below 78. */
const longestWord = 60;

function encodedWords(text: string): string {
  return encodeWord(oneLine(text), 'B', longestWord).replaceAll('?= =?', '?=\r\n =?');
}

/** Validation lets no control character into a name; in a header one would be read as structure, so none gets through. */
export function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}
