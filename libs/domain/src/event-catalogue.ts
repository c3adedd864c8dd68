/**
 * A set of event types with what is compiled from it once: the schemas that validate a publisher's input and describe
 * the payload. Functions that depend on event types take a catalogue, so that another set can be used in its place.
 */
import { z } from 'zod';
import { environmentText, nameText, platformId } from './fields.js';
import { eventTypes, type EventType } from './event-types.js';
import { timestampText } from './timestamp.js';

/** What a publisher sends, checked: names trimmed, the timestamp in UTC. */
export interface EventInput {
  readonly event_type: string;
  readonly environment: string;
  readonly account_id: number;
  /** RFC 3339 in UTC with milliseconds, or undefined: the time of acceptance. */
  readonly timestamp?: string | undefined;
  readonly data: Readonly<Record<string, string | number>>;
}

/** The common part of every payload, in its order. */
const commonPayload = {
  environment: environmentText.meta({ description: 'the namespace or environment where the event occurred' }),
  account_id: platformId.meta({ description: 'the organization that owns the resource' }),
  account_name: nameText.meta({ description: 'the name of the organization' }),
  timestamp: z.iso
    .datetime({ precision: 3 })
    .meta({ description: 'when the event occurred: RFC 3339 in UTC, with milliseconds' }),
};

/** A set of event types, compiled. */
export class EventCatalogue {
  /** The event types' keys, in the order of the set. */
  readonly keys: readonly string[];
  private readonly types = new Map<string, EventType>();
  private readonly inputSchemas = new Map<string, z.ZodType<EventInput>>();
  private readonly unknownTypeSchema: z.ZodType<EventInput>;

  constructor(readonly entries: readonly EventType[]) {
    this.keys = entries.map((entry) => entry.key);
    for (const entry of entries) {
      this.types.set(entry.key, entry);
      this.inputSchemas.set(entry.key, inputSchema(z.literal(entry.key), dataSchema(entry)));
    }
    const known = `must be one of ${this.keys.join(', ')}`;
    this.unknownTypeSchema = inputSchema(
      z.enum(this.keys as [string, ...string[]], {
        error: (issue) => (issue.input === undefined ? `is required: ${known}` : known),
      }),
      // The fields of an unknown event type are unknown too.
      z.record(z.string(), z.custom<string | number>(), { error: objectMessage }),
    );
  }

  /** The event type with this key, or undefined. */
  find(key: string): EventType | undefined {
    return this.types.get(key);
  }

  /** The schema of what a publisher sends for this event type; for an unknown one, a schema that says which are known. */
  inputSchema(key: unknown): z.ZodType<EventInput> {
    return (typeof key === 'string' ? this.inputSchemas.get(key) : undefined) ?? this.unknownTypeSchema;
  }

  /** The JSON Schema (2020-12) of what a publisher sends for this event type. */
  inputJsonSchema(key: string): Record<string, unknown> {
    const type = this.required(key);
    return z.toJSONSchema(inputSchema(z.literal(type.key), dataSchema(type)), { io: 'input' });
  }

  /** The schema of the webhook payload of this event type. Throws where the catalogue has none. */
  payloadSchema(key: string) {
    const type = this.required(key);
    const fields = Object.entries(type.fields).map(([name, field]) => [
      name,
      field.schema.meta({ ...field.schema.meta(), description: field.description }),
    ]);
    return z.strictObject({
      event_type: z.literal(type.key).meta({ description: 'the event type' }),
      ...commonPayload,
      ...(Object.fromEntries(fields) as Record<string, z.ZodType>),
    });
  }

  /** The JSON Schema (2020-12) of the webhook payload of this event type. */
  payloadJsonSchema(key: string): Record<string, unknown> {
    const type = this.required(key);
    return {
      ...z.toJSONSchema(this.payloadSchema(key), { io: 'output' }),
      title: type.name,
      description: `Sent when ${type.description}.`,
    };
  }

  private required(key: string): EventType {
    const type = this.types.get(key);
    if (type === undefined) throw new Error(`no event type ${key} in this catalogue`);
    return type;
  }
}

const objectMessage = (issue: { input?: unknown }) =>
  issue.input === undefined ? 'is required' : 'must be an object';

function inputSchema(key: z.ZodType<string>, data: z.ZodType<EventInput['data']>): z.ZodType<EventInput> {
  return z.strictObject(
    {
      event_type: key,
      environment: environmentText,
      account_id: platformId,
      timestamp: timestampText.optional(),
      data,
    },
    { error: objectMessage },
  );
}

function dataSchema(type: EventType): z.ZodType<EventInput['data']> {
  const fields = Object.entries(type.fields).map(([name, field]) => [
    name,
    field.link === undefined ? field.schema : field.schema.optional(),
  ]);
  return z.strictObject(Object.fromEntries(fields), { error: objectMessage }) as z.ZodType<
    EventInput['data']
  >;
}

/** The catalogue of the platform's own event types. */
export const platformCatalogue = new EventCatalogue(eventTypes);
