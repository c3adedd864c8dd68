import type { ReceivedWebhook } from './received-webhooks.js';

const style = `
:root { color-scheme: light dark; --line: #d0d7de; --quiet: #57606a; --box: #f6f8fa }
@media (prefers-color-scheme: dark) { :root { --line: #30363d; --quiet: #9198a1; --box: #151b23 } }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 860px; margin: 32px auto; padding: 0 16px }
h1 { font-size: 22px; margin: 0 0 4px }
p { color: var(--quiet); margin: 0 0 24px }
article { border: 1px solid var(--line); border-radius: 8px; margin: 0 0 16px; overflow: hidden }
h2 { font-size: 15px; margin: 0; padding: 10px 14px; background: var(--box); border-bottom: 1px solid var(--line) }
h2 time { float: right; font-weight: 400; color: var(--quiet) }
pre { font: 13px/1.5 ui-monospace, monospace; margin: 0; padding: 12px 14px; white-space: pre-wrap; overflow-wrap: anywhere }
pre + pre { border-top: 1px solid var(--line) }
`;

/** The page that shows what the development endpoint received; it reloads itself. */
export function endpointPage(received: readonly ReceivedWebhook[], mailboxPath: string): string {
  const list =
    received.map(article).join('') || '<p>Nothing yet. Publish an event, and its webhook shows here.</p>';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="3">
<title>Development endpoint · Belfry</title>
<style>${style}</style>
</head>
<body>
<h1>Development endpoint</h1>
<p>Webhooks as they were received, newest first. It answers 200 to everything. <a href="${escape(mailboxPath)}">Development mailbox</a></p>
${list}
</body>
</html>
`;
}

function article({ receivedAt, method, path, headers, body }: ReceivedWebhook): string {
  const title = eventTypeOf(body) ?? method;
  const head = [`${method} ${path} HTTP/1.1`, ...headers.map(([name, value]) => `${name}: ${value}`)].join(
    '\n',
  );
  const time = receivedAt.toISOString();
  return `<article><h2>${escape(title)} <time datetime="${time}">${time}</time></h2><pre>${escape(head)}</pre><pre>${escape(pretty(body))}</pre></article>`;
}

function eventTypeOf(body: string): string | null {
  const parsed = parse(body) as { event_type?: unknown } | null;
  return typeof parsed?.event_type === 'string' ? parsed.event_type : null;
}

function pretty(body: string): string {
  const parsed = parse(body);
  return parsed === undefined ? body : JSON.stringify(parsed, null, 2);
}

/** The JSON of a body; undefined if it is not JSON. Anything that is posted is shown. */
function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
