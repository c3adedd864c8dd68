/**
 * Stands in for `react-remove-scroll`, which Mantine's dialogs load and the page never turns on: it locks scrolling by a
 * style element, which the page's policy forbids. See `lockScroll` in theme.ts, and vite.config.ts.
 */
import type { ReactNode } from 'react';

export function RemoveScroll({ children }: { children: ReactNode }): ReactNode {
  return children;
}
