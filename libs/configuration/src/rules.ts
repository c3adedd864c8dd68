/** What the values of variables may be, in the words that a person reads. No message shows a value: it may be a secret. */
import type { Result } from '@belfry/domain';
import { z } from 'zod';

/** A whole number from `least` to `most`; `preset` where it is not given. */
export function integer(least: number, most: number, preset: number) {
  const message = `must be a whole number from ${least} to ${most}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, message)
    .transform(Number)
    .refine((value) => value >= least && value <= most, message)
    .default(preset);
}

/** A URL with one of these protocols; the example is one. */
export function url(protocols: readonly string[], example: string) {
  return z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), {
    error: `must be a URL such as ${example}`,
  });
}

/** An address that links begin with: a path of theirs is put behind it, so it has no slash at its end. */
export function webUrl(example: string) {
  return url(['http:', 'https:'], example)
    .refine((text) => !/[?#]|\/\/[^/]*@/.test(text), 'must be a URL without a user name, query or fragment')
    .transform((text) => text.replace(/(?<!\/)\/+$/, ''));
}

/** What a rule of a lib makes of the text. */
export function readBy<Value>(rule: (text: string) => Result<Value>) {
  return z.string().transform((text, context): Value => {
    const read = rule(text);
    if (read.ok) return read.value;
    for (const { message } of read.problems) context.issues.push({ code: 'custom', message, input: '' });
    return z.NEVER;
  });
}

/** A text that a rule of a lib accepts; the text itself is kept. */
export function acceptedBy(rule: (text: string) => Result<unknown>) {
  return readBy((text) => {
    const read = rule(text);
    return read.ok ? { ok: true, value: text } : read;
  });
}
