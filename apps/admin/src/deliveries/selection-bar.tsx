import { Box, Button, Group, Paper } from '@mantine/core';
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
    <Paper component="section" className="selection-bar" shadow="xl" aria-label={words.selected(count)}>
      <Group>
        <Box component="strong" flex="1 1 100px" aria-live="polite">
          {words.selected(count)}
        </Box>
        <Button variant="default" size="compact-md" onClick={onClear}>
          {words.unselect}
        </Button>
        <Button size="compact-md" onClick={onRedeliver}>
          {redeliverMany.button(count)}
        </Button>
      </Group>
    </Paper>
  );
}
