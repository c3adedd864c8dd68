import type { Delivery } from '@belfry/contract';
import { Box, Group, Paper, SegmentedControl, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useSession } from '../access/current-session.js';
import { deliveryPath, mailQuery } from '../api/queries.js';
import { LoadFailure } from '../display/load-failure.js';
import { onThisHost } from '../shell/base-path.js';
import { texts } from '../texts.js';

/**
 * The email as its recipient sees it. The frame has an origin of its own, runs no script and loads nothing: by `sandbox`
 * here and in the response's own policy.
 */
export function MailPreview({ delivery }: { delivery: Delivery }) {
  const { accountId } = useSession();
  const { delivery: words } = texts;
  const mail = useQuery(mailQuery(accountId, delivery.delivery_id));
  const [view, setView] = useState('preview');
  return (
    <section>
      <h3>{words.preview}</h3>
      {mail.data === undefined ? (
        mail.error === null ? (
          <Skeleton height={320} />
        ) : (
          <LoadFailure error={mail.error} onRetry={() => void mail.refetch()} />
        )
      ) : (
        <Paper radius={8} style={{ overflow: 'hidden' }}>
          <Group justify="space-between" gap="8px 16px" p="10px 14px">
            <strong className="anywhere">{mail.data.subject}</strong>
            <SegmentedControl
              size="xs"
              aria-label={words.mailView}
              value={view}
              onChange={setView}
              data={[
                { value: 'preview', label: words.preview },
                { value: 'text', label: words.text },
              ]}
            />
          </Group>
          {view === 'preview' ? (
            <Box
              component="iframe"
              className="mail-frame"
              display="block"
              w="100%"
              h={560}
              bd={0}
              sandbox=""
              title={words.mailFrame(mail.data.subject)}
              src={onThisHost(`${deliveryPath(accountId, delivery.delivery_id)}/mail.html`)}
            />
          ) : (
            <pre className="code code-wrap" tabIndex={0} role="region" aria-label={words.text}>
              {mail.data.text}
            </pre>
          )}
        </Paper>
      )}
    </section>
  );
}
