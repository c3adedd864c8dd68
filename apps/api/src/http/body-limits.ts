/** How much a body may hold. What is over is refused before it is parsed, and as far as its head tells before it is read. */
import type { FastifyRequest } from 'fastify';

/** The limits of one kind of body. */
export interface BodyLimits {
  readonly bytes: number;
  /** How deep arrays and objects may be nested. The deepest that means something here has five levels. */
  readonly depth: number;
  /** Fields, elements, objects and arrays. A parsed value takes many times the memory of its byte. */
  readonly values: number;
}

/** Of any body but a batch. Settings with every list full have under 300 values. */
export const bodyLimits: BodyLimits = { bytes: 64 * 1024, depth: 32, values: 2_000 };

/** Of a batch of events. A thousand of them with every field given have 20,000 values. */
export const batchLimits: BodyLimits = { bytes: 4 * 1024 * 1024, depth: 32, values: 50_000 };

/** The limits of the body of this request. */
export function limitsOf(request: FastifyRequest): BodyLimits {
  return request.routeOptions.bodyLimit === batchLimits.bytes ? batchLimits : bodyLimits;
}

/** Whether the head of a request announces a body. */
export function hasBody({ headers }: Pick<FastifyRequest, 'headers'>): boolean {
  const length = headers['content-length'];
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}
