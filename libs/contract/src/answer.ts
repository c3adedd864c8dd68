/**
 * Writes an answer as its schema has it. Inside, fields are called in camelCase and times are `Date`; on the wire they are
 * called in snake_case and times are text. This is the one place where the one is made the other.
 */
import type { z } from 'zod';

type CamelCase<Text extends string> = Text extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Text;

/** A map, whose keys and values are the same inside. */
type Unchanged<Value> = Value extends object
  ? { readonly [Key in keyof Value]: Unchanged<Value[Key]> }
  : Value;

/** What an answer is made from: the same fields, called and typed as they are inside. */
export type SourceOf<Value> = Value extends string
  ? string extends Value
    ? string | Date
    : Value
  : Value extends readonly (infer Item)[]
    ? readonly SourceOf<Item>[]
    : Value extends object
      ? string extends keyof Value
        ? Unchanged<Value>
        : { readonly [Key in keyof Value as CamelCase<Key & string>]: SourceOf<Value[Key]> }
      : Value;

/** The fields of an answer of this schema, as they are called inside. */
export type Source<Schema extends z.ZodObject> = SourceOf<z.output<Schema>>;

/** The answer of this schema whose fields hold what the source's hold. What the schema does not name is left out. */
export function answerOf<Schema extends z.ZodObject>(
  schema: Schema,
  source: Source<Schema>,
): z.output<Schema> {
  return writerOf(schema)(source) as z.output<Schema>;
}

type Writer = (value: unknown) => unknown;
type Field = readonly [name: string, nameInside: string, write: Writer];

const writers = new WeakMap<z.core.$ZodType, Writer>();

/** How values of a schema are written; made once for each. */
function writerOf(schema: z.core.$ZodType): Writer {
  let writer = writers.get(schema);
  if (writer === undefined) writers.set(schema, (writer = makeWriter(schema as z.core.$ZodTypes)));
  return writer;
}

function makeWriter(schema: z.core.$ZodTypes): Writer {
  const { def } = schema._zod;
  switch (def.type) {
    case 'object':
      return writeFields(
        Object.entries(def.shape).map(([name, field]) => [name, camelCase(name), writerOf(field)]),
      );
    case 'array': {
      const write = writerOf(def.element);
      return (items) => (items as readonly unknown[]).map(write);
    }
    case 'nullable':
    case 'optional': {
      const write = writerOf(def.innerType);
      return (value) => (value === null || value === undefined ? value : write(value));
    }
    default:
      return (value) => (value instanceof Date ? value.toISOString() : value);
  }
}

function writeFields(fields: readonly Field[]): Writer {
  return (source) => {
    const written: Record<string, unknown> = {};
    for (const [name, nameInside, write] of fields) {
      const value = (source as Record<string, unknown>)[nameInside];
      if (value !== undefined) written[name] = write(value);
    }
    return written;
  };
}

function camelCase(name: string): string {
  return name.replace(/_(\w)/g, (_all, letter: string) => letter.toUpperCase());
}
