import type { Delivery } from '@belfry/contract';
import { Button, Group, Modal, Stack } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useSession } from '../access/current-session.js';
import { deliveryPath } from '../api/queries.js';
import { request, RequestFailure } from '../api/request.js';
import { failureDetail } from '../display/failure-detail.js';
import { Notice } from '../display/notice.js';
import { texts } from '../texts.js';
import { receiptOf, type Receipt } from './receipt.js';
import { RedeliveryProgress } from './redelivery-progress.js';

const receipts = ['yes', 'perhaps', 'no'] as const satisfies readonly Receipt[];

/** How many requests run at the same time: few, since a server may have many admins. */
const atOnce = 4;

interface Progressed {
  readonly done: number;
  readonly queued: number;
  /** How many were refused, by what the server said. */
  readonly refused: ReadonlyMap<string, number>;
}

const begun: Progressed = { done: 0, queued: 0, refused: new Map() };

/** Asks once about many deliveries, queues them, and reports the result. */
export function RedeliverMany({
  deliveries: given,
  onClose,
}: {
  deliveries: readonly Delivery[];
  onClose: () => void;
}) {
  const { accountId } = useSession();
  const queryClient = useQueryClient();
  const { redeliverMany: words } = texts;
  // The list behind it keeps changing; what was asked about must not.
  const [deliveries] = useState(given);
  const [state, setState] = useState<'asking' | 'running' | 'done'>('asking');
  const [progress, setProgress] = useState(begun);
  const isStopped = useRef(false);

  const run = async () => {
    setState('running');
    const waiting = [...deliveries];
    const work = async () => {
      for (let next = waiting.pop(); next !== undefined && !isStopped.current; next = waiting.pop()) {
        const refusal = await redeliver(accountId, next.delivery_id);
        setProgress((before) => advanced(before, refusal));
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    setState('done');
    await queryClient.invalidateQueries({ queryKey: ['newest-deliveries', accountId] });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      closeOnClickOutside={state !== 'running'}
      closeOnEscape={state !== 'running'}
      withCloseButton={state !== 'running'}
      title={words.title(deliveries.length)}
    >
      {state === 'asking' ? (
        <>
          <p>{words.lead}</p>
          <Stack component="ul" gap={6} mt={12}>
            {receipts.map((receipt) => {
              const count = deliveries.filter((delivery) => receiptOf(delivery) === receipt).length;
              return count === 0 ? null : <li key={receipt}>{words.receipts[receipt](count)}</li>;
            })}
          </Stack>
        </>
      ) : (
        <RedeliveryProgress
          share={progress.done / deliveries.length}
          text={words.progress(progress.done, deliveries.length)}
        >
          {state === 'done' ? (
            <Notice kind={progress.refused.size === 0 ? 'success' : 'warning'}>
              <p>{words.queued(progress.queued)}</p>
              {[...progress.refused].map(([why, count]) => (
                <p key={why}>
                  {words.refused(count)} {why}
                </p>
              ))}
            </Notice>
          ) : null}
        </RedeliveryProgress>
      )}
      <Group justify="flex-end" mt={20}>
        {state === 'asking' ? (
          <>
            <Button variant="default" onClick={onClose}>
              {texts.actions.cancel}
            </Button>
            <Button onClick={() => void run()}>{words.button(deliveries.length)}</Button>
          </>
        ) : state === 'running' ? (
          <Button
            variant="default"
            onClick={() => {
              isStopped.current = true;
            }}
          >
            {words.stop}
          </Button>
        ) : (
          <Button onClick={onClose}>{words.done}</Button>
        )}
      </Group>
    </Modal>
  );
}

/** Queues one redelivery; answers why it was refused, or null. */
async function redeliver(accountId: number, deliveryId: string): Promise<string | null> {
  try {
    await request('POST', `${deliveryPath(accountId, deliveryId)}/redeliver`);
    return null;
  } catch (error) {
    if (!(error instanceof RequestFailure)) throw error;
    return failureDetail(error);
  }
}

function advanced({ done, queued, refused }: Progressed, refusal: string | null): Progressed {
  if (refusal === null) return { done: done + 1, queued: queued + 1, refused };
  return { done: done + 1, queued, refused: new Map(refused).set(refusal, (refused.get(refusal) ?? 0) + 1) };
}
