/** What an answer must be, whatever the request was. */

/** What Node answers by itself, before there is a request that a problem document could be about: `Expect`, huge headers. */
const answeredByNode = [417, 431];

const isProblem = (type) => type.startsWith('application/problem+json');

/**
 * What is wrong with an answer; null for nothing.
 * @param {{ framing: string, method: string, path: string, headers: Record<string, string | undefined>, body?: Buffer }} request
 * @param {import('./wire.mjs').WireAnswer} answer
 */
export function faultOf(request, { status, type, text, ended }) {
  if (status === null) return mayEndUnanswered(request) ? null : `no answer: ${ended}`;
  if (status >= 500) return `status ${status}`;
  if (request.framing !== 'right' || request.method === 'HEAD') return null;
  if (/\bat .+\.js:\d+/.test(text)) return 'the answer shows where the code failed';
  if (status >= 400 && !answeredByNode.includes(status) && isApi(request) && !isProblem(type))
    return `status ${status} without a problem document: ${type}`;
  if (!type.includes('json') || status === 204) return null;
  try {
    JSON.parse(text);
    return null;
  } catch {
    return 'the answer says that it is JSON, and is not';
  }
}

const isApi = ({ path }) => path.startsWith('/v1/');

/**
 * A body that is too long, or that never ends, may be cut off by closing the connection.
 * @param {{ framing: string, headers: Record<string, string | undefined>, body?: Buffer }} request
 */
function mayEndUnanswered({ framing, body, headers }) {
  if (framing === 'too long') return true;
  const headLength = Object.values(headers).join('').length;
  return (body?.length ?? 0) > 64 * 1024 || headLength > 16 * 1024;
}

/** A request as a person can send it again: what it was, cut to a length that can be read. */
export function describe({ method, path, query, headers, body, framing }) {
  const bytes = body ?? Buffer.alloc(0);
  const shown = JSON.stringify(bytes.subarray(0, 1_500).toString('latin1'));
  const rest = bytes.length > 1_500 ? ` … ${bytes.length} bytes` : '';
  return [
    `${method} ${path.slice(0, 300)}${query === '' ? '' : `?${query.slice(0, 500)}`} (length ${framing})`,
    `  headers ${JSON.stringify(headers).slice(0, 600)}`,
    `  body ${shown}${rest}`,
  ].join('\n');
}
