/**
 * The HTML part: one layout for every event type. Tables for layout and styles on the elements themselves, because mail
 * programs drop the rest. A button is a cell: Word, in which Outlook shows mails, gives a link no padding. The style sheet only adds the dark colours, for the programs that read it. No images and
 * nothing remote, so that opening a mail tells nobody. A name of 255 characters without a space wraps: `fixed` tables
 * keep their width and `word-break` breaks anywhere.
 *
 * Contrast (WCAG 2.2 section 1.4.3 wants 4.5): text 14.4 at the least, quiet text 5.8, links 6.5, the button 7.1; in the
 * dark 14.6, 6.9, 8.7 and 5.3.
 */
import Handlebars from 'handlebars';

const font = "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const wrap = 'overflow-wrap:anywhere;word-break:break-word';
const table = 'role="presentation" cellpadding="0" cellspacing="0" border="0"';
const fullWidth = `${table} width="100%" style="width:100%;table-layout:fixed;border-collapse:separate"`;

const darkColours = `
  :root { color-scheme: light dark; supported-color-schemes: light dark; }
  @media (prefers-color-scheme: dark) {
    .page { background-color: #0d1117 !important; }
    .card { background-color: #161b22 !important; border-color: #30363d !important; }
    .text { color: #e6edf3 !important; }
    .quiet { color: #9ba5b1 !important; }
    .accent { color: #a5b4fc !important; }
    .rule { border-color: #30363d !important; }
    .button { background-color: #4f5fd9 !important; border-color: #4f5fd9 !important; }
    .outline { border-color: #48515c !important; }
    .outline-link { color: #c7d2fe !important; }
  }
  @media (max-width: 480px) {
    .margin { padding: 16px 8px !important; }
    .card { padding: 24px 18px !important; }
    .heading { font-size: 20px !important; line-height: 27px !important; }
    .button-table { width: 100% !important; }
  }`;

/** Every value is escaped by Handlebars, save `headingHtml`, which the renderer escapes itself. */
export const htmlLayout = Handlebars.compile(
  `<!DOCTYPE html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no,date=no,address=no,email=no">
<title>{{subject}}</title>
<style>${darkColours}
</style>
</head>
<body class="page" style="margin:0;padding:0;background-color:#f3f4f6;-webkit-text-size-adjust:100%;text-size-adjust:100%">
<div style="display:none;max-height:0;overflow:hidden;mso-hide:all">{{preview}}</div>
<table class="page" ${table} width="100%" bgcolor="#f3f4f6" style="width:100%;table-layout:fixed;background-color:#f3f4f6">
<tr><td class="margin" align="center" style="padding:32px 16px">
<!--[if mso]><table ${table} width="600" align="center"><tr><td><![endif]-->
<table ${table} width="100%" style="width:100%;max-width:600px;margin:0 auto;table-layout:fixed">
<tr><td class="quiet" style="padding:0 4px 12px;${font};font-size:14px;line-height:20px;color:#57606a;text-align:left;${wrap}"><bdi class="text" style="color:#1f2328;font-weight:600">{{accountName}}</bdi> · {{environment}}</td></tr>
<tr><td class="card" bgcolor="#ffffff" style="padding:32px;background-color:#ffffff;border:1px solid #d8dee4;border-radius:10px;text-align:left">
<p class="accent" style="margin:0 0 6px;${font};font-size:13px;line-height:18px;font-weight:600;color:#3f4cb8;${wrap}">{{typeName}}</p>
<h1 class="heading text" style="margin:0 0 24px;${font};font-size:22px;line-height:30px;font-weight:600;color:#1f2328;${wrap}">{{headingHtml}}</h1>
<table cellpadding="0" cellspacing="0" border="0" width="100%" style="width:100%;table-layout:fixed;border-collapse:collapse">
{{#each facts}}<tr><th class="quiet rule" scope="row" align="left" valign="top" width="116" style="width:116px;padding:10px 12px 10px 0;border-top:1px solid #d8dee4;${font};font-size:14px;line-height:20px;font-weight:400;color:#57606a;text-align:left;vertical-align:top;${wrap}">{{label}}</th><td class="text rule" valign="top" style="padding:10px 0;border-top:1px solid #d8dee4;${font};font-size:14px;line-height:20px;color:#1f2328;text-align:left;vertical-align:top;${wrap}"><bdi>{{value}}</bdi>{{#if detail}} <span class="quiet" style="display:inline-block;color:#57606a;font-size:13px">({{detail}})</span>{{/if}}</td></tr>
{{/each}}</table>
{{#with primary}}<table class="button-table" ${table} style="margin:22px 0 0;border-collapse:separate"><tr><td class="button" bgcolor="#3f4cb8" align="center" style="padding:10px 20px;background-color:#3f4cb8;border:1px solid #3f4cb8;border-radius:6px"><a href="{{url}}" style="${font};font-size:15px;line-height:20px;font-weight:600;color:#ffffff;text-decoration:none;${wrap}">{{label}}</a></td></tr></table>
{{/with}}{{#if secondary.length}}<table ${fullWidth}><tr><td style="padding:14px 0 0">
{{#each secondary}}<table ${table} align="left"><tr><td style="padding:0 6px 8px 0"><table ${table} style="border-collapse:separate"><tr><td class="outline" style="padding:6px 12px;border:1px solid #c4cbd3;border-radius:6px"><a class="outline-link" href="{{url}}" style="${font};font-size:13px;line-height:18px;color:#3f4cb8;text-decoration:none;${wrap}">{{label}}</a></td></tr></table></td></tr></table>
{{/each}}</td></tr></table>
{{/if}}</td></tr>
<tr><td class="quiet" style="padding:16px 4px 0;${font};font-size:13px;line-height:20px;color:#57606a;text-align:left;${wrap}">You receive this mail because {{reasonHtml}}<br><a class="accent" href="{{settingsUrl}}" style="color:#3f4cb8;text-decoration:underline">Change who receives which notifications</a></td></tr>
</table>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr>
</table>
</body>
</html>
`,
  { strict: true, knownHelpersOnly: true },
);
