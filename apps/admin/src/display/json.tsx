import { Fragment } from 'react';

/** Pieces of JSON text: names with their colon, strings, and words or numbers. */
const piece = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** A value as indented JSON, in colours. */
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
        <span className={`code-${kind}`}>{string ?? all}</span>
        {colon}
      </Fragment>,
    );
    end = match.index + all.length;
  }
  return [...parts, text.slice(end)];
}
