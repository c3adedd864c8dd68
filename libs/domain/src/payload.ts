/** What publishers send and what receivers get, typed by event type. */
import { platformCatalogue } from './event-catalogue.js';
import type { CommonPayload, DataOf, EventTypeKey, EventTypeOf, PayloadOf } from './event-types.js';
import { failure, parseWith, type Result } from './problem.js';

/**
 * The payload of a webhook: compare `event_type` to know which one it is.
 *
 * ```ts
 * import type { Payload } from '@belfry/domain';
 *
 * const subject = (payload: Payload) =>
 *   payload.event_type === 'run_failed' ? `run ${payload.run_id}` : payload.integration_name;
 * ```
 */
export type Payload = { [Key in EventTypeKey]: PayloadOf<Key> }[EventTypeKey];

/**
 * What publishers send for an event: the body of `POST /v1/events`, with `data` typed by event type. Links may be left out
 * of `data`, and `timestamp` too: then it is the time of acceptance.
 *
 * ```ts
 * import type { PublishInput } from '@belfry/domain';
 *
 * const event: PublishInput<'integration_created'> = {
 *   event_type: 'integration_created',
 *   environment: 'production',
 *   account_id: 42,
 *   data: { integration_id: 3, integration_name: 'CRM sync' },
 * };
 * ```
 */
export type PublishInput<Key extends EventTypeKey = EventTypeKey> = {
  [One in Key]: Pick<CommonPayload<One>, 'event_type' | 'environment' | 'account_id'> & {
    /** RFC 3339 with any offset. */
    readonly timestamp?: string | undefined;
    readonly data: DataOf<EventTypeOf<One>>;
  };
}[Key];

/**
 * Whether the platform has this event type.
 *
 * ```ts
 * import { isEventType } from '@belfry/domain';
 *
 * isEventType('run_failed'); // true
 * ```
 */
export function isEventType(text: string): text is EventTypeKey {
  return platformCatalogue.find(text) !== undefined;
}

/**
 * Reads a webhook's payload: every field that the event type has, as behaviour.md describes it. Fields that this version
 * does not know are kept, since newer versions may send more.
 *
 * ```ts
 * import { parsePayload } from '@belfry/domain';
 *
 * const result = parsePayload({ event_type: 'run_failed' });
 * if (!result.ok) console.log(result.problems[0]); // { pointer: '/environment', message: 'must be …' }
 * ```
 */
export function parsePayload(value: unknown): Result<Payload> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return failure({ pointer: '', message: 'must be an object' });
  const { event_type: key } = value as { event_type?: unknown };
  if (typeof key !== 'string' || !isEventType(key))
    return failure({
      pointer: '/event_type',
      message: `must be one of ${platformCatalogue.keys.join(', ')}`,
    });
  return parseWith(platformCatalogue.payloadSchema(key).loose(), value) as Result<Payload>;
}
