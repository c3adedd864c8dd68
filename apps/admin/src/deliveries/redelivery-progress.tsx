import { Progress, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { texts } from '../texts.js';

/** The progress of redelivering many: a bar, the same in words, and the result below. */
export function RedeliveryProgress({
  share,
  text,
  children,
}: {
  /** From 0 to 1. */
  share: number;
  text: string;
  children?: ReactNode;
}) {
  return (
    <Stack gap={8} aria-live="polite">
      <Progress.Root size="lg">
        <Progress.Section
          value={share * 100}
          aria-label={texts.redeliverMany.progressLabel}
          aria-valuetext={text}
        />
      </Progress.Root>
      <p>{text}</p>
      {children}
    </Stack>
  );
}
