import type { NotificationMail } from '@belfry/application';
import { fillIn, type EventCatalogue, type EventType } from '@belfry/domain';
import Handlebars from 'handlebars';
import { htmlLayout } from './html-layout.js';
import { factsOf, linksOf, webUrl, type Fact, type Payload } from './mail-facts.js';
import { shownName, withEncodedDirectionControls, withoutDirectionControls } from './shown-name.js';
import { onOneLine, textLayout } from './text-layout.js';

/** A mail as its reader sees it, and what mail programs sort it by. */
export interface RenderedMail {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  readonly accountName: string;
  /** What mails of one thread share: the account, the environment, and the catalogue's thread field with its value. */
  readonly thread: readonly string[];
}

/** Raised for an event whose type is not in this process' catalogue, as when a newer release of it accepted the event. */
export class UnknownEventType extends Error {
  constructor(readonly eventType: string) {
    super(`the event type ${eventType} is not known to this process`);
  }
}

/** Makes a mail's subject, text and HTML from the catalogue's entry and the payload. The layouts are compiled once. */
export class MailRenderer {
  private readonly settingsUrl: string;

  /** `publicUrl` is where the admin page is; one that is not http or https is an error. */
  constructor(
    private readonly catalogue: EventCatalogue,
    publicUrl: string,
  ) {
    if (webUrl(publicUrl) === null) throw new Error('publicUrl must be an http or https URL');
    this.settingsUrl = `${publicUrl.replace(/(?<!\/)\/+$/, '')}/`;
  }

  /**
   * The mail as it would be sent, without sending it. Throws `UnknownEventType` where the catalogue has no such entry.
   */
  previewMail(mail: NotificationMail): RenderedMail {
    const type = this.catalogue.find(mail.eventType);
    if (type === undefined) throw new UnknownEventType(mail.eventType);
    const payload = readable(mail.payload);
    const accountName = String(payload['account_name']);
    const environment = String(payload['environment']);
    const place = `${shownName(accountName)} · ${environment}`;
    const heading = fillIn(type.subject, payload, shownName);
    const subject = `[${place}] ${heading}`;
    const facts = factsOf(type, payload);
    const links = linksOf(type, payload);
    const content = {
      subject,
      heading,
      place,
      accountName,
      environment,
      typeName: type.name,
      settingsUrl: this.settingsUrl,
    };
    return {
      subject,
      accountName,
      thread: [String(mail.accountId), environment, type.thread, String(payload[type.thread])],
      text: textLayout({
        ...content,
        heading: onOneLine(heading),
        place: onOneLine(place),
        links: links.map(({ label, url }) => ({ label, url: onOneLine(url) })),
        factTable: alignedLines(facts).join('\n'),
        reason: reasonFor(mail, type, accountName, inText),
      }),
      html: htmlLayout({
        ...content,
        headingHtml: new Handlebars.SafeString(
          fillIn(Handlebars.escapeExpression(type.subject), payload, isolated),
        ),
        reasonHtml: new Handlebars.SafeString(reasonFor(mail, type, accountName, isolated)),
        preview: `${type.name} · ${environment} · ${facts.at(-1)!.value}`,
        facts: facts.map((fact) => ({ detail: '', ...fact })),
        primary: links[0] ?? null,
        secondary: links.slice(1),
      }),
    };
  }
}

/** The payload as a reader may see it; links keep their meaning. */
function readable(payload: string): Payload {
  const entries = Object.entries(JSON.parse(payload) as Payload);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, typeof value === 'string' ? readableText(value) : value]),
  );
}

function readableText(text: string): string {
  return webUrl(text) === null ? withoutDirectionControls(text) : withEncodedDirectionControls(text);
}

/** A value of others, in the text part. */
function inText(value: string): string {
  return onOneLine(shownName(value));
}

/** Escaped, and kept from turning the text around it: a name may hold right-to-left letters. */
function isolated(text: string): string {
  return `<bdi>${Handlebars.escapeExpression(text)}</bdi>`;
}

function reasonFor(
  mail: NotificationMail,
  type: EventType,
  accountName: string,
  encode: (text: string) => string,
): string {
  return mail.recipientRole === 'primary_contact'
    ? `you are the primary contact of ${encode(accountName)}: the primary contact receives every notification.`
    : `this address is on the list of subscribers for ${encode(type.name)} of ${encode(accountName)}.`;
}

function alignedLines(facts: readonly Fact[]): string[] {
  const width = Math.max(...facts.map(({ label }) => label.length)) + 2;
  return facts.map(
    ({ label, value, detail }) =>
      `${label}:`.padEnd(width) + inText(value) + (detail === undefined ? '' : ` (${onOneLine(detail)})`),
  );
}
