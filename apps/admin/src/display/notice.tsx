import { Alert, Group } from '@mantine/core';
import type { ReactNode } from 'react';
import { Icon } from './icon.js';

/** What a notice is about; the words say it as well, because colour alone would not be enough. */
export type NoticeKind = 'info' | 'warning' | 'danger' | 'success';

/** A message in the flow of the page. One that appears while someone works is read aloud. */
export function Notice({
  kind,
  title,
  children,
  action,
}: {
  kind: NoticeKind;
  title?: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <Alert
      data-kind={kind}
      role={kind === 'danger' ? 'alert' : 'status'}
      icon={<Icon name="notice" />}
      title={title}
    >
      {action === undefined ? (
        children
      ) : (
        <Group justify="space-between" gap={8}>
          <div>{children}</div>
          {action}
        </Group>
      )}
    </Alert>
  );
}
