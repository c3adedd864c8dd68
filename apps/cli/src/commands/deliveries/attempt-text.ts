import type { Attempt } from '@belfry/application';
import { printable } from '../../output/printable.js';
import { bold } from '../../output/style.js';

/** An attempt for people, with all that was sent and all that came back; `index` counts from 0. */
export function attemptText(attempt: Attempt, index: number): string {
  const { startedAt, durationMs, outcome, reason, request, response, detail } = attempt;
  return [
    bold(`Attempt ${index + 1}: ${reason ?? outcome}, ${startedAt.toISOString()}, ${durationMs} ms`),
    message('sent', request.headers, request.body),
    response === null
      ? `nothing came back${detail == null ? '' : `\n  ${printable(detail)}`}`
      : message(`came back: ${response.status}`, response.headers, response.body),
  ].join('\n');
}

function message(title: string, headers: Readonly<Record<string, string>>, body: string): string {
  const lines = [...Object.entries(headers).map(([name, value]) => `${name}: ${value}`), '', body];
  return [`${title}`, ...lines.map((line) => `  ${printable(line, true).replaceAll('\n', '\n  ')}`)]
    .join('\n')
    .trimEnd();
}
