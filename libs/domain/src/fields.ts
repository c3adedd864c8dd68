/**
 * The kinds of field that an event's data is made of. A field knows how it is validated, how it is described in JSON
 * Schema, how it is called in a mail and, where it is a link, how it is built when the publisher gives none.
 */
import { z } from 'zod';

/** Which of the platform's two addresses a built link begins with. */
export type PlatformSite = 'admin' | 'api';

/** One field of an event's data. */
export interface Field<Value extends string | number = string | number> {
  /** What the publisher may send. */
  readonly schema: z.ZodType<Value>;
  /** What the field means, in the API description. */
  readonly description: string;
  /** What the field is called in a mail. */
  readonly label: string;
  /** Set on a link that is built where the publisher gives none: `{site}{path}`, with `{field}` filled in from the data. */
  readonly link?: { readonly site: PlatformSite; readonly path: string };
}

/** An optional field: built from the platform's addresses where it is absent. */
export interface LinkField extends Field<string> {
  readonly link: { readonly site: PlatformSite; readonly path: string };
}

const absentOr = (message: string) => (issue: { input?: unknown }) =>
  issue.input === undefined ? 'is required' : message;

const integerMessage = 'must be an integer from 1 to 9007199254740991';

/** The schema of an identifier of the platform: exact in JSON and in JavaScript. */
export const platformId = z
  .number({ error: absentOr(integerMessage) })
  .int({ error: integerMessage, abort: true }) // also holds it to the safe integers
  .min(1, integerMessage);

/** The schema of a name: trimmed, 1 to 255 characters (code points), no control characters and no lone surrogates. */
export const nameText = text(255);

function text(longest: number) {
  const message = `must be a string of 1 to ${longest} characters without control characters`;
  return z
    .string({ error: absentOr(message) })
    .trim()
    .regex(new RegExp(`^[^\\p{Cc}\\p{Cs}]{1,${longest}}$`, 'u'), message);
}

/** The schema of an environment's name. */
export const environmentText = z
  .string({ error: absentOr('must be a string of 1 to 64 of the characters A-Z a-z 0-9 . _ -') })
  .regex(/^[A-Za-z0-9._-]{1,64}$/, 'must be 1 to 64 of the characters A-Z a-z 0-9 . _ -');

const linkMessage = 'must be an http or https URL of at most 2048 characters';

// Described by a pattern, not by `format: uri`: that one (RFC 3986) knows no letters beyond ASCII, and URLs have them.
const linkText = z
  .string({ error: linkMessage })
  .max(2048, { error: linkMessage, abort: true })
  .regex(/^[Hh][Tt][Tt][Pp][Ss]?:\/\/[^\s\p{Cc}\p{Cs}]+$/u, { error: linkMessage, abort: true })
  .refine((value) => URL.canParse(value), linkMessage);

/** A field that holds an identifier of the platform. */
export function idField(label: string, description: string): Field<number> {
  return { schema: platformId, label, description };
}

/** A field that holds a name. */
export function nameField(label: string, description: string): Field<string> {
  return { schema: nameText, label, description };
}

/** A field that holds a word of state, such as `failed`. */
export function statusField(label: string, description: string): Field<string> {
  return { schema: text(64), label, description };
}

/** A field that holds a link; `path` names fields of the same data in braces, e.g. `/runs/{run_id}`. */
export function linkField(label: string, description: string, site: PlatformSite, path: string): LinkField {
  return { schema: linkText, label, description, link: { site, path } };
}
