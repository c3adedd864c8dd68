import { texts } from '../texts.js';

/** Whose value a field gets. */
export type Side = 'mine' | 'theirs';

/** One field that both sides have a value for: theirs and mine, side by side. */
export function SideChoice({
  name,
  field,
  theirs,
  mine,
  side,
  note = null,
  onChoose,
}: {
  name: string;
  /** What tells this choice from others on the page. */
  field: string;
  theirs: string;
  mine: string;
  side: Side | null;
  note?: string | null;
  onChoose: (side: Side) => void;
}) {
  const { conflict } = texts;
  const option = (value: Side, label: string, content: string) => (
    <label>
      <input type="radio" name={field} checked={side === value} onChange={() => onChoose(value)} />
      <span className="quiet small">{label}</span>
      <span style={{ gridColumn: 2 }}>{content === '' ? conflict.none : content}</span>
    </label>
  );
  return (
    <fieldset className="conflict-field">
      <legend>{name}</legend>
      {option('theirs', conflict.theirs, theirs)}
      {option('mine', conflict.mine, mine)}
      {note === null ? null : <p className="quiet small">{note}</p>}
    </fieldset>
  );
}
