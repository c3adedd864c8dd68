/** Signatures by the Standard Webhooks specification, with Web Crypto: https://www.standardwebhooks.com */

const prefix = 'whsec_';

/** A key as Web Crypto holds it. */
export type HmacKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

/** The key of a secret: the bytes behind `whsec_`, decoded from Base64. Throws `TypeError` where it is not one. */
export function keyBytes(secret: string): Uint8Array<ArrayBuffer> {
  const bytes = secret.startsWith(prefix) ? decodeBase64(secret.slice(prefix.length)) : null;
  if (bytes === null || bytes.length === 0)
    throw new TypeError('A signing secret must be "whsec_" followed by Base64. Copy the whole secret.');
  return bytes;
}

/** The key as Web Crypto uses it. */
export function importKey(bytes: Uint8Array<ArrayBuffer>): Promise<HmacKey> {
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']);
}

/** What is signed: the id, the time and the body as it was received, joined by dots. */
export function signedContent(
  id: string,
  timestamp: string,
  body: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  const head = new TextEncoder().encode(`${id}.${timestamp}.`);
  const content = new Uint8Array(head.length + body.length);
  content.set(head);
  content.set(body, head.length);
  return content;
}

/** Whether one of the signatures of a `Webhook-Signature` header was made with one of the keys. Compares in constant time. */
export async function fitsSignature(
  header: string,
  content: Uint8Array<ArrayBuffer>,
  keys: readonly HmacKey[],
): Promise<boolean> {
  for (const entry of header.split(' ')) {
    const signature = entry.startsWith('v1,') ? decodeBase64(entry.slice(3)) : null;
    if (signature === null) continue;
    for (const key of keys) if (await crypto.subtle.verify('HMAC', key, signature, content)) return true;
  }
  return false;
}

/** Signs the content; the value of a `Webhook-Signature` header. */
export async function sign(content: Uint8Array<ArrayBuffer>, key: HmacKey): Promise<string> {
  const signature = new Uint8Array(await crypto.subtle.sign('HMAC', key, content));
  return `v1,${btoa(String.fromCharCode(...signature))}`;
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  } catch {
    // `atob` has no other way to say that the text is not Base64.
    return null;
  }
}
