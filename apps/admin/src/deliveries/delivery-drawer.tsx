import type { DeliveryDetail } from '@belfry/contract';
import { Button, Drawer, Group, Skeleton, Stack } from '@mantine/core';
import { isFinished } from '@belfry/domain';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useSession } from '../access/current-session.js';
import { deliveryQuery } from '../api/queries.js';
import { RequestFailure } from '../api/request.js';
import { CopyButton } from '../display/copy-button.js';
import { FailureBoundary } from '../display/failure-boundary.js';
import { Icon } from '../display/icon.js';
import { LoadFailure } from '../display/load-failure.js';
import { StatusBadge } from '../display/status-badge.js';
import { useParameter } from '../shell/address.js';
import { Link } from '../shell/link.js';
import { texts } from '../texts.js';
import { AttemptView } from './attempt-view.js';
import { DeliveryTags } from './delivery-tags.js';
import { EventPayload } from './event-payload.js';
import { MailPreview } from './mail-preview.js';
import { RedeliverOne } from './redeliver-one.js';
import { Timeline } from './timeline.js';

/** One delivery, beside the list: opened and closed by the address. */
export function DeliveryDrawer() {
  const { accountId } = useSession();
  const [deliveryId, open] = useParameter('delivery');
  const delivery = useQuery({
    ...deliveryQuery(accountId, deliveryId ?? ''),
    enabled: deliveryId !== null,
  });
  const isMissing = delivery.error instanceof RequestFailure && delivery.error.status === 404;
  return (
    <Drawer
      opened={deliveryId !== null}
      onClose={() => open(null)}
      position="right"
      size="min(760px, 100%)"
      title={delivery.data === undefined ? texts.delivery.facts.delivery : <Title delivery={delivery.data} />}
    >
      {delivery.data !== undefined ? (
        // Nothing of one delivery's view belongs to the next one's.
        <FailureBoundary key={delivery.data.delivery_id}>
          <Detail delivery={delivery.data} onOpen={open} />
        </FailureBoundary>
      ) : isMissing ? (
        <p>{texts.delivery.missing}</p>
      ) : delivery.error !== null ? (
        <LoadFailure error={delivery.error} onRetry={() => void delivery.refetch()} />
      ) : (
        <div aria-busy="true">
          <Skeleton height={24} width="50%" mb={16} />
          <Skeleton height={200} />
        </div>
      )}
    </Drawer>
  );
}

function Title({ delivery }: { delivery: DeliveryDetail }) {
  const { rules } = useSession();
  return (
    <Group component="span" className="detail-title" gap="4px 10px">
      {rules.catalogue.find(delivery.event_type)?.name ?? delivery.event_type}{' '}
      <StatusBadge status={delivery.status} />
      <DeliveryTags delivery={delivery} />
    </Group>
  );
}

function Detail({ delivery, onOpen }: { delivery: DeliveryDetail; onOpen: (deliveryId: string) => void }) {
  const { may } = useSession();
  const { delivery: words } = texts;
  const [isAsking, setAsking] = useState(false);
  const [shown, setShown] = useState<number | null>(null);
  const index = shown ?? delivery.attempts.length - 1;
  const attempt = delivery.attempts[index];
  return (
    <Stack className="detail" gap={24}>
      <Group component="p" c="dimmed" wrap="nowrap">
        <Icon name={delivery.channel} className="channel" />
        <span className="visually-hidden">{texts.channels[delivery.channel]} </span>
        <span className="anywhere">{delivery.destination}</span>
      </Group>
      <Group mt={-8}>
        {may.redeliver && isFinished(delivery.status) ? (
          <Button size="compact-md" onClick={() => setAsking(true)}>
            {words.redeliver}
          </Button>
        ) : null}
        <CopyButton text={window.location.href} size="compact-md">
          {words.copyLink}
        </CopyButton>
      </Group>
      <dl className="pairs">
        <dt>{words.facts.delivery}</dt>
        <dd>
          <code>{delivery.delivery_id}</code>{' '}
          <CopyButton
            text={delivery.delivery_id}
            label={words.copyId(words.facts.delivery)}
            size="compact-xs"
          >
            {texts.actions.copy}
          </CopyButton>
        </dd>
        <dt>{words.facts.event}</dt>
        <dd>
          <code>{delivery.event_id}</code>{' '}
          <CopyButton text={delivery.event_id} label={words.copyId(words.facts.event)} size="compact-xs">
            {texts.actions.copy}
          </CopyButton>
        </dd>
        <dt>{words.facts.environment}</dt>
        <dd>{delivery.environment}</dd>
        {delivery.redelivery_of === null ? null : (
          <>
            <dt>{words.redeliveryOf}</dt>
            <dd>
              <Link href={`/deliveries?delivery=${delivery.redelivery_of}`}>
                <code>{delivery.redelivery_of}</code>
              </Link>
            </dd>
          </>
        )}
      </dl>
      <Timeline delivery={delivery} shown={index} onShow={setShown} />
      {delivery.channel === 'email' ? <MailPreview delivery={delivery} /> : null}
      {attempt === undefined ? (
        <>
          <p className="quiet">{delivery.status === 'interrupted' ? words.notRecorded : words.notYet}</p>
          {delivery.channel === 'webhook' ? <EventPayload delivery={delivery} /> : null}
        </>
      ) : (
        <AttemptView key={attempt.attempt_id} delivery={delivery} attempt={attempt} />
      )}
      <RedeliverOne delivery={delivery} opened={isAsking} onClose={() => setAsking(false)} onOpen={onOpen} />
    </Stack>
  );
}
