/** Tables for people: columns aligned by the width that a terminal gives each character. */
import stringWidth from 'string-width';
import { bold, dim, printable } from './output.js';

/** What a cell can show; a dash stands for what is not there. */
export type Value = string | number | boolean | Date | readonly string[] | null | undefined;

/** One column: its heading, and its value for an item. */
export interface Column<Item> {
  readonly heading: string;
  readonly value: (item: Item) => Value;
  /** Where the terminal is too narrow, columns with this are left out, the smallest number first. */
  readonly dropped?: number;
  /** Colours the padded text; the colour does not count as width. */
  readonly style?: (text: string, item: Item) => string;
}

const gap = '  ';

/**
 * A table with one row per item, or `nothing` where there are no items. Ends without a line break. On a terminal it is no wider
 * than the terminal, as far as columns can be left out: nobody can read rows that wrap.
 */
export function table<Item>(all: readonly Column<Item>[], items: readonly Item[], nothing: string): string {
  if (items.length === 0) return dim(nothing);
  const measured = all.map((column) => {
    const cells = items.map((item) => cell(column.value(item)));
    const width = cells.reduce(
      (most, text) => Math.max(most, stringWidth(text)),
      stringWidth(column.heading),
    );
    return { column, cells, width };
  });
  const shown = thatFit(measured);
  const columns = shown.map(({ column }) => column);
  const cells = items.map((_item, row) => shown.map((one) => one.cells[row]!));
  const widths = shown.map(({ width }) => width);
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
    ...leftOut(all.filter((column) => !columns.includes(column))),
  ].join('\n');
}

/** Leaves columns out until the rest fits, or no other may be left out. */
function thatFit<Measured extends { readonly column: Column<never>; readonly width: number }>(
  columns: readonly Measured[],
): readonly Measured[] {
  // A pipe has no width.
  const { columns: room = Infinity } = process.stdout as { columns?: number };
  const needed = columns.reduce((sum, { width }) => sum + width + gap.length, -gap.length);
  const next = columns
    .filter(({ column }) => column.dropped !== undefined)
    .sort((one, other) => one.column.dropped! - other.column.dropped!)[0];
  return needed <= room || next === undefined
    ? columns
    : thatFit(columns.filter((column) => column !== next));
}

function leftOut(columns: readonly { readonly heading: string }[]): readonly string[] {
  if (columns.length === 0) return [];
  const names = columns.map(({ heading }) => heading).join(', ');
  return [dim(`Not shown, because this terminal is too narrow: ${names}. --json shows everything.`)];
}

/** One thing, a line for each of its facts. */
export function record(facts: readonly (readonly [name: string, value: Value])[]): string {
  const width = Math.max(...facts.map(([name]) => stringWidth(name)));
  return facts.map(([name, value]) => `${dim(padded(name, width))}${gap}${cell(value)}`).join('\n');
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(width - stringWidth(text));
}

function cell(value: Value): string {
  if (value === null || value === undefined || value === '') return '-';
  if (value instanceof Date) return value.toISOString();
  return printable(String(value));
}
