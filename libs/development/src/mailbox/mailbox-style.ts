/** The style sheet of the development mailbox' pages, light and dark. */
export const mailboxStyle = `
:root { color-scheme: light dark; --page: #f6f7f9; --card: #fff; --line: #d8dee4; --text: #1f2328; --quiet: #57606a; --link: #3f4cb8; }
@media (prefers-color-scheme: dark) {
  :root { --page: #0d1117; --card: #161b22; --line: #30363d; --text: #e6edf3; --quiet: #9ba5b1; --link: #a5b4fc; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 -apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif; overflow-wrap: anywhere; }
main { max-width: 920px; margin: 0 auto; padding: 32px 16px 64px; }
h1 { font-size: 22px; line-height: 1.35; margin: 0 0 8px; }
h2 { font-size: 15px; margin: 28px 0 8px; }
a { color: var(--link); }
a:focus-visible, summary:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.quiet { color: var(--quiet); }
.mails { list-style: none; margin: 24px 0 0; padding: 0; background: var(--card); border: 1px solid var(--line); border-radius: 10px; overflow: hidden; }
.mails li + li { border-top: 1px solid var(--line); }
.mails a { display: grid; grid-template-columns: 1fr auto; gap: 0 16px; padding: 12px 16px; color: inherit; text-decoration: none; }
.mails a:hover .subject { color: var(--link); text-decoration: underline; }
.mails a:focus-visible { outline-offset: -2px; }
.subject { grid-column: 1 / -1; font-weight: 600; }
.to, time { font-size: 13px; }
time { white-space: nowrap; font-variant-numeric: tabular-nums; }
.empty { margin-top: 24px; padding: 32px 16px; text-align: center; color: var(--quiet); background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.envelope { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; margin: 0; }
dt { color: var(--quiet); }
dd { margin: 0; }
iframe { display: block; width: 100%; height: 760px; resize: vertical; border: 1px solid var(--line); border-radius: 10px; background: var(--card); }
pre { margin: 0; padding: 16px; overflow: auto; white-space: pre-wrap; font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
details { margin-top: 24px; }
summary { cursor: pointer; font-weight: 600; margin-bottom: 8px; }
.headers { width: 100%; border-collapse: collapse; font-size: 13px; background: var(--card); border: 1px solid var(--line); }
.headers th, .headers td { padding: 6px 12px; text-align: left; vertical-align: top; border-top: 1px solid var(--line); font-weight: 400; }
.headers th { color: var(--quiet); white-space: nowrap; }
@media (max-width: 520px) { .mails a { grid-template-columns: 1fr; } }
`;
