/** The kinds of value that requests and answers are made of. */
import { platformCatalogue, scopes, timestampText } from '@belfry/domain';
import { z } from 'zod';

const known = (words: readonly string[]) => (issue: { input?: unknown }) =>
  `${issue.input === undefined ? 'is required: ' : ''}must be one of ${words.join(', ')}`;

/** One of these words. */
export function oneOf<const Word extends string>(words: readonly Word[]) {
  return z.enum(words, { error: known(words) });
}

/** The key of an event type. The description of the API lists those of the catalogue it is made for. */
export const eventTypeKey = oneOf(platformCatalogue.keys);

/** Something for each event type, by its key. */
export function byEventType<Value extends z.ZodType>(value: Value) {
  return z.record(eventTypeKey, value, { error: 'must be an object' });
}

/** Something that an API key can be allowed to do. */
export const scope = oneOf(scopes);

/** An id that Belfry makes. */
export const uuid = z.uuid();

/** A point in time in an answer: UTC, with milliseconds. */
export const time = z.string().meta({ format: 'date-time' });

/** A point in time that a caller gives: RFC 3339 with any offset. */
export const givenTime = timestampText.transform((text) => new Date(text));

/** The parameters of a query that say which period is meant. */
export const period = {
  from: givenTime.optional().meta({ description: 'From this time on.' }),
  to: givenTime.optional().meta({ description: 'Before this time.' }),
};

/** How many there are. */
export const count = z.number().int().min(0).meta({ maximum: undefined });

/** The status of an answer over HTTP, or of a reply over SMTP. */
export const replyStatus = z.number().int().meta({ minimum: undefined, maximum: undefined });

/** An object that a caller sends: a field that nobody knows is refused. */
export function body<Shape extends z.core.$ZodLooseShape>(shape: Shape, message = 'must be an object') {
  return z.strictObject(shape, { error: message });
}

/** An email address in an answer. */
export const email = z.string().max(254).meta({ format: 'email' });
