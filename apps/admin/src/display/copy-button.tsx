import { Button } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { texts } from '../texts.js';

/** Copies a text, and says that it did. `label` says what is copied where the text on the button does not. */
export function CopyButton({
  text,
  children,
  label,
  size = 'compact-sm',
}: {
  text: string;
  children: string;
  label?: string;
  size?: string;
}) {
  const clipboard = useClipboard({ timeout: 1500 });
  return (
    <Button variant="default" size={size} onClick={() => clipboard.copy(text)} aria-label={label}>
      <span aria-live="polite">{clipboard.copied ? texts.actions.copied : children}</span>
    </Button>
  );
}
