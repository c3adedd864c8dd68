import Handlebars from 'handlebars';

/** The text part. Nothing is escaped: it is plain text. */
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
