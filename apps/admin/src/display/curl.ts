/** A request as a command line for `curl`. */

/** Headers that curl adds automatically, from the URL and the body. */
const written = new Set(['host', 'content-length']);

/** The command that sends `body` to `url`, for any POSIX shell. */
export function curlCommand(url: string, headers: Readonly<Record<string, string>>, body: string): string {
  const lines = Object.entries(headers)
    .filter(([name]) => !written.has(name.toLowerCase()))
    .map(([name, value]) => `  -H ${quoted(`${name}: ${value}`)}`);
  return [`curl -X POST ${quoted(url)}`, ...lines, `  --data-raw ${quoted(body)}`].join(' \\\n');
}

/** Within single quotes, a shell takes everything literally except the quote itself. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
