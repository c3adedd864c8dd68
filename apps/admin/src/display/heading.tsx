import { Group } from '@mantine/core';
import type { ReactNode } from 'react';

/** The head of a tab: what it is called, what it is for, and what there is to say about it as a whole. */
export function Heading({ title, lead, children }: { title: string; lead: string; children?: ReactNode }) {
  return (
    <Group justify="space-between" align="start" wrap="nowrap" mb={20}>
      <div>
        <h2>{title}</h2>
        <p className="quiet">{lead}</p>
      </div>
      {children}
    </Group>
  );
}
