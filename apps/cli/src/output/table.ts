/** Tables for people: columns aligned by the width that a terminal gives each character. */
import stringWidth from 'string-width';
import { printable } from './printable.js';
import { bold, dim } from './style.js';

/** One column: its heading, and what stands in it for an item. */
export interface Column<Item> {
  readonly heading: string;
  readonly value: (item: Item) => unknown;
  /** Colours the padded text; the colour does not count as width. */
  readonly style?: (text: string, item: Item) => string;
}

const gap = '  ';

/** A table with one row per item, or `nothing` where there is none. Ends without a line break. */
export function table<Item>(
  columns: readonly Column<Item>[],
  items: readonly Item[],
  nothing: string,
): string {
  if (items.length === 0) return dim(nothing);
  const cells = items.map((item) => columns.map(({ value }) => cell(value(item))));
  const widths = columns.map(({ heading }, place) =>
    Math.max(stringWidth(heading), ...cells.map((row) => stringWidth(row[place]!))),
  );
  const line = (texts: readonly string[], styleOf: (place: number, text: string) => string) =>
    texts
      .map((text, place) => styleOf(place, place === texts.length - 1 ? text : padded(text, widths[place]!)))
      .join(gap);
  return [
    bold(
      line(
        columns.map(({ heading }) => heading),
        (_place, text) => text,
      ),
    ),
    ...cells.map((row, index) =>
      line(row, (place, text) => columns[place]!.style?.(text, items[index]!) ?? text),
    ),
  ].join('\n');
}

/** One thing, a line for each of its facts. */
export function record(facts: readonly (readonly [name: string, value: unknown])[]): string {
  const width = Math.max(...facts.map(([name]) => stringWidth(name)));
  return facts.map(([name, value]) => `${dim(padded(name, width))}${gap}${cell(value)}`).join('\n');
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(width - stringWidth(text));
}

function cell(value: unknown): string {
  if (value === null || value === undefined || value === '') return '-';
  if (value instanceof Date) return value.toISOString();
  return printable(String(value));
}
