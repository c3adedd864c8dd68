/** Times in the reader's zone; pointing at one shows it in UTC. */
import { Tooltip } from '@mantine/core';
import { language, texts } from '../texts.js';

const dayAndTime = new Intl.DateTimeFormat(language, {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});
const exact = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'long' });

/** A time to the second, with its year and zone. */
export function ExactMoment({ at }: { at: string }) {
  const date = new Date(at);
  return (
    <Tooltip label={utcText(date)}>
      <time className="quiet small" dateTime={at}>
        {exact.format(date)}
      </time>
    </Tooltip>
  );
}

/** A time in a row of a list. Its tooltip is the browser's own, since hundreds of rows come and go while one scrolls. */
export function RowMoment({ at }: { at: string }) {
  const date = new Date(at);
  return (
    <time dateTime={at} title={utcText(date)}>
      {dayAndTime.format(date)}
    </time>
  );
}

function utcText(date: Date): string {
  return texts.time.utc(date.toISOString().replace('T', ' ').replace('Z', ''));
}
