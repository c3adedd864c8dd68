import Handlebars from 'handlebars';

/**
 * A value as it may stand in the text part. Whatever a mail program may take for the end of a line (UAX #14: control
 * characters, U+2028, U+2029) becomes a space, so that no name can write a line of its own that reads as a fact of ours.
 */
export function onOneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
}

/** The text part. Nothing is escaped: it is plain text; each value must be on one line. */
export const textLayout = Handlebars.compile(
  `{{heading}}
{{typeName}} · {{place}}

{{factTable}}

{{#each links}}{{label}}:
{{url}}

{{/each}}-- 
You receive this mail because {{reason}}
Change who receives which notifications:
{{settingsUrl}}
`,
  { noEscape: true, strict: true, knownHelpersOnly: true },
);
