import type { DeliveryDetail } from '@belfry/contract';
import { Box, Button, CloseButton, Group, Loader, Menu, Paper, Stack, Tooltip } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useSession } from '../access/current-session.js';
import { accountPath } from '../api/queries.js';
import { request } from '../api/request.js';
import { durationText } from '../display/duration.js';
import { failureDetail } from '../display/failure-detail.js';
import { Icon } from '../display/icon.js';
import { Notice } from '../display/notice.js';
import { StatusBadge } from '../display/status-badge.js';
import { Link } from '../shell/link.js';
import { texts } from '../texts.js';

/** Sends a sample event to the saved endpoint, and shows the response in place. */
export function SendTest({ savedUrl, isChanged }: { savedUrl: string | null; isChanged: boolean }) {
  const { accountId, rules } = useSession();
  const queryClient = useQueryClient();
  const { test } = texts;
  const send = useMutation({
    mutationFn: async (eventType: string) =>
      (
        await request<DeliveryDetail>('POST', `${accountPath(accountId)}/webhook-test`, {
          event_type: eventType,
        })
      ).value,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['stats', accountId] }),
  });
  const reason = isChanged && savedUrl !== null ? test.needsSave : savedUrl === null ? test.needsUrl : null;
  const nameOf = (key: string) => rules.catalogue.find(key)?.name ?? key;
  return (
    <>
      <Menu position="bottom-end" disabled={reason !== null}>
        <Tooltip label={reason ?? ''} disabled={reason === null}>
          <span>
            <Menu.Target>
              <Button
                variant="default"
                aria-disabled={reason !== null}
                data-inactive={reason !== null || undefined}
                loading={send.isPending}
                rightSection={<Icon name="chevron" size={10} weight={2} />}
              >
                {test.button}
                {reason === null ? null : <span className="visually-hidden"> ({reason})</span>}
              </Button>
            </Menu.Target>
          </span>
        </Tooltip>
        <Menu.Dropdown aria-label={test.choose}>
          {rules.catalogue.entries.map((type) => (
            <Menu.Item key={type.key} onClick={() => send.mutate(type.key)}>
              {type.name}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <Box w="100%" aria-live="polite">
        {send.isPending ? (
          <Group component="p" c="dimmed">
            <Loader size={14} aria-hidden="true" /> {test.sending(nameOf(send.variables))}
          </Group>
        ) : null}
        {send.isError ? <Notice kind="danger">{test.failed(failureDetail(send.error))}</Notice> : null}
        {send.isSuccess ? (
          <TestResult delivery={send.data} name={nameOf(send.data.event_type)} onDismiss={send.reset} />
        ) : null}
      </Box>
    </>
  );
}

function TestResult({
  delivery,
  name,
  onDismiss,
}: {
  delivery: DeliveryDetail;
  name: string;
  onDismiss: () => void;
}) {
  const { test } = texts;
  const attempt = delivery.attempts.at(-1);
  const response = attempt?.response ?? null;
  return (
    <Paper radius={8} p="12px 14px">
      <Stack gap={10}>
        <Group gap="6px 12px">
          <StatusBadge status={delivery.status} />
          <span>
            <strong>{name}</strong> · {response === null ? test.noResponse : test.responded(response.status)}{' '}
            {attempt === undefined ? null : test.duration(durationText(attempt.duration_ms))}
            {delivery.reason === null || delivery.reason === 'http_status'
              ? null
              : ` · ${texts.reasons[delivery.reason]}`}
          </span>
          <Group ms="auto">
            <Link href={`/deliveries?delivery=${delivery.delivery_id}`}>{test.open}</Link>
            <CloseButton size="sm" aria-label={test.dismiss} onClick={onDismiss} />
          </Group>
        </Group>
        {response === null ? null : response.body === '' ? (
          <p className="quiet">{test.emptyBody}</p>
        ) : (
          <pre className="code code-short" tabIndex={0} role="region" aria-label={texts.delivery.response}>
            {response.body}
          </pre>
        )}
      </Stack>
    </Paper>
  );
}
