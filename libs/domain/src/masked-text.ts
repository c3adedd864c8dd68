/** How a text is shown in which an endpoint may repeat the URL it was called by, as in the `Location` of a redirect. */
import { looksLikeToken, queryParametersOf, secretsOf } from './masked-url.js';

const mask = '***';

/** Shorter values are words such as `v=1`, found everywhere, unless they look random: they are masked only behind their name. */
const shortestSecret = 8;

/**
 * A text with the secrets of a URL masked wherever they stand in it: as they were sent, decoded, percent-encoded,
 * in another case, in hexadecimal, escaped as in JSON or HTML, or inside of Base64. Words of fewer than 8 characters are
 * masked behind their parameter's name alone. Takes time in proportion to the text's length.
 */
export function maskSecretsOf(url: string, text: string): string {
  const forms = new Set(
    secretsOf(url)
      .filter((secret) => secret.length >= shortestSecret || looksLikeToken(secret))
      .flatMap(formsOf),
  );
  // The longest first, since one may hold another.
  const masked = [...forms]
    .sort((one, other) => other.length - one.length)
    .reduce((rest, form) => rest.replaceAll(form, mask), text);
  return maskShortValues(url, masked);
}

/** How endpoints write what they repeat. */
function formsOf(secret: string): string[] {
  const encoded = encodeURIComponent(secret.toWellFormed());
  return [
    secret,
    secret.toLowerCase(),
    secret.toUpperCase(),
    encoded,
    encoded.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    encodeURIComponent(encoded),
    ...jsonForms(secret),
    ...htmlForms(secret),
    ...hexForms(secret),
    ...base64Cores(secret),
  ];
}

/** As JavaScript writes a text, as PHP does, as Python does in ASCII alone, and as Go does, which escapes what HTML would take. */
function jsonForms(secret: string): string[] {
  const plain = JSON.stringify(secret).slice(1, -1);
  const escaped = (which: RegExp) =>
    plain.replace(which, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const ascii = escaped(/[\u0080-\uffff]/g);
  return [
    plain,
    ascii,
    escaped(/[<>&]/g),
    ...[secret, plain, ascii].map((text) => text.replaceAll('/', '\\/')),
  ];
}

/** By names, and by numbers where languages differ: `&#34;`, `&#039;`, `&#x27;`, and `&#43;` in Go's templates. */
function htmlForms(secret: string): string[] {
  const named = secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const quoted = named.replaceAll('"', '&quot;');
  return [
    quoted,
    quoted.replaceAll("'", '&#039;'),
    quoted.replaceAll("'", '&#x27;'),
    quoted.replaceAll("'", '&#39;'),
    named.replaceAll('"', '&#34;').replaceAll("'", '&#39;'),
    named.replaceAll('"', '&#34;').replaceAll("'", '&#39;').replaceAll('+', '&#43;'),
  ];
}

function hexForms(secret: string): string[] {
  const bytes = [...new TextEncoder().encode(secret)];
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex, hex.toUpperCase()];
}

const shortestCore = 8;

/** What the Base64 of any text holds that has the secret in it: one form for each of the three places where it may begin. */
function base64Cores(secret: string): string[] {
  const bytes = new TextEncoder().encode(secret);
  return [0, 2, 1].flatMap((skipped) => {
    const whole = bytes.subarray(skipped, bytes.length - ((bytes.length - skipped) % 3));
    const core = btoa(String.fromCharCode(...whole));
    return core.length < shortestCore ? [] : [core, core.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

/** A name, `=` or `:` with quotes and spaces around it, and a short value. Bounded on every side: its cost is linear. */
const namedValue =
  /([^\s"'&?=:<>,;{}]{1,64})(\\?["']?[ \t]{0,4}[=:][ \t]{0,4}\\?["']?)([^\s"'&<>,;{}\\]{1,7})(?![^\s"'&<>,;{}\\])/g;

function maskShortValues(url: string, text: string): string {
  const short = new Map<string, Set<string>>();
  for (const { name, values } of queryParametersOf(url)) {
    const known = short.get(name) ?? new Set();
    for (const value of values) if (value !== '' && value.length < shortestSecret) known.add(value);
    if (name !== '' && known.size > 0) short.set(name, known);
  }
  if (short.size === 0) return text;
  return text.replace(namedValue, (whole, name: string, between: string, value: string) =>
    short.get(name)?.has(value) ? `${name}${between}${mask}` : whole,
  );
}
