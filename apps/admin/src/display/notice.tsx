import type { ReactNode } from 'react';

/** What a notice is about; the words say it as well, as colour alone would not do. */
export type NoticeKind = 'info' | 'warning' | 'danger' | 'success';

/** A message in the flow of the page. One that appears while somebody works is read aloud. */
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
    <div className={`notice notice-${kind}`} role={kind === 'danger' ? 'alert' : 'status'}>
      <span className="notice-sign" aria-hidden="true" />
      <div className="notice-text">
        {title === undefined ? null : <strong>{title}</strong>}
        {children}
      </div>
      {action === undefined ? null : <div className="notice-action">{action}</div>}
    </div>
  );
}
