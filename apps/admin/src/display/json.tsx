import { Fragment } from 'react';

/** Pieces of JSON text: names with their colon, strings, and words or numbers. */
const piece = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** How deep a value may be and still be indented: each level widens all the lines below it. */
const deepest = 32;

/** The object or list that a text holds; undefined if it is not one, or is nested too deeply to be shown. */
export function parseShowable(text: string): object | undefined {
  if (depthOf(text) > deepest) return undefined;
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** How deep the brackets of a JSON text go, except those within strings. One pass, whatever the text. */
function depthOf(text: string): number {
  let depth = 0;
  let most = 0;
  let isInString = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (character === '"') isInString = !isInString;
    else if (isInString && character === '\\') index += 1;
    else if (!isInString && (character === '[' || character === '{')) most = Math.max(most, (depth += 1));
    else if (!isInString && (character === ']' || character === '}')) depth -= 1;
  }
  return most;
}

/** A value as indented JSON, in colour. */
export function Json({ value, label }: { value: unknown; label: string }) {
  return (
    <pre className="code" tabIndex={0} role="region" aria-label={label}>
      {coloured(JSON.stringify(value, null, 2))}
    </pre>
  );
}

function coloured(text: string) {
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(piece)) {
    const [all, string, colon] = match;
    const kind = string === undefined ? 'word' : colon === undefined ? 'string' : 'name';
    parts.push(
      <Fragment key={match.index}>
        {text.slice(end, match.index)}
        <span style={{ color: `var(--code-${kind})` }}>{string ?? all}</span>
        {colon}
      </Fragment>,
    );
    end = match.index + all.length;
  }
  return [...parts, text.slice(end)];
}
