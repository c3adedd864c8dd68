/** What a run prints: a table for people, or JSON for programs. */

/**
 * Those figures that are not what they must be.
 * @param {import('./outcome.mjs').Figure[]} figures
 */
export function brokenOf(figures) {
  return figures.filter(({ value, mustBe }) => mustBe !== undefined && value !== mustBe);
}

/**
 * The figures as a table.
 * @param {import('./outcome.mjs').Figure[]} figures
 */
export function tableOf(figures) {
  const lines = [];
  let group = '';
  for (const figure of figures) {
    if (figure.group !== group) lines.push('', (group = figure.group));
    const value = Math.round(figure.value).toLocaleString('en-GB').padStart(12);
    lines.push(`${value}  ${figure.name}${verdictOf(figure)}`);
  }
  return lines.join('\n');
}

/** @param {import('./outcome.mjs').Figure} figure */
function verdictOf({ value, mustBe }) {
  if (mustBe === undefined) return '';
  return value === mustBe ? '  ✓' : `  ✗ must be ${mustBe}`;
}

/**
 * Median, and longest, of durations, as figures; none where there are none.
 * @param {string} name
 * @param {number[]} durations
 */
export function durationsOf(name, durations) {
  if (durations.length === 0) return [];
  const sorted = [...durations].sort((one, other) => one - other);
  const group = 'recovery, ms';
  return [
    { group, name: `${name}, median`, value: Math.round(sorted[sorted.length >> 1]) },
    { group, name: `${name}, longest`, value: Math.round(sorted[sorted.length - 1]) },
  ];
}
