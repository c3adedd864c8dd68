import { Button } from '@mantine/core';
import { texts } from '../texts.js';

/** What can be done with the deliveries that are selected. */
export function SelectionBar({
  count,
  onClear,
  onRedeliver,
}: {
  count: number;
  onClear: () => void;
  onRedeliver: () => void;
}) {
  const { deliveries: words, redeliverMany } = texts;
  return (
    <section className="selection-bar" aria-label={words.selected(count)}>
      <strong aria-live="polite">{words.selected(count)}</strong>
      <Button variant="default" size="compact-md" onClick={onClear}>
        {words.unselect}
      </Button>
      <Button size="compact-md" onClick={onRedeliver}>
        {redeliverMany.button(count)}
      </Button>
    </section>
  );
}
