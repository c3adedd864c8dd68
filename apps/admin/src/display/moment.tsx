/** A time in the reader's zone; in UTC when it is pointed at or focused. */
import { Tooltip } from '@mantine/core';
import { texts } from '../texts.js';

const dayAndTime = new Intl.DateTimeFormat(undefined, {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' });

/** `isExact` shows the year and the zone as well. */
export function Moment({ at, isExact = false }: { at: string; isExact?: boolean }) {
  const date = new Date(at);
  return (
    <Tooltip label={texts.time.utc(date.toISOString().replace('T', ' ').replace('Z', ''))}>
      <time dateTime={at}>{(isExact ? exact : dayAndTime).format(date)}</time>
    </Tooltip>
  );
}
