import { Button } from '@mantine/core';
import { RequestFailure } from '../api/request.js';
import { texts } from '../texts.js';
import { Notice } from './notice.js';

/** Shown instead of something that could not be loaded. */
export function LoadFailure({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const detail = error instanceof RequestFailure ? error.problem?.detail : error.message;
  return (
    <Notice
      kind="danger"
      title={texts.connection.loadFailed}
      action={
        <Button variant="default" size="compact-sm" onClick={onRetry}>
          {texts.connection.retry}
        </Button>
      }
    >
      {detail === undefined ? null : <p>{detail}</p>}
    </Notice>
  );
}
