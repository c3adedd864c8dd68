import { Box, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { Icon } from './icon.js';

/** A page that says one thing, and offers what can be done about it. */
export function Alone({
  title,
  text,
  children,
  isFault = false,
}: {
  title: string;
  text: string;
  children?: ReactNode;
  isFault?: boolean;
}) {
  return (
    <Stack
      component="main"
      c="dimmed"
      align="center"
      gap={16}
      maw={460}
      mt="16vh"
      mx="auto"
      px={24}
      ta="center"
    >
      <Box h={44} c={isFault ? 'error' : 'var(--accent-text)'}>
        <Icon name={isFault ? 'warning' : 'lock'} size={44} weight={1} />
      </Box>
      <Stack gap={8} role={isFault ? 'alert' : undefined}>
        <Box component="h1" fz={20} fw={650} c="var(--text)">
          {title}
        </Box>
        <p>{text}</p>
      </Stack>
      {children}
    </Stack>
  );
}
