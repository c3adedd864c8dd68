import type { Delivery } from '@belfry/contract';
import { Button, Group, Modal } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useSession } from '../access/current-session.js';
import { deliveryPath } from '../api/queries.js';
import { request } from '../api/request.js';
import { failureDetail } from '../display/failure-detail.js';
import { Notice } from '../display/notice.js';
import { texts } from '../texts.js';
import { receiptOf } from './receipt.js';

/** Asks before a delivery is repeated, and says what is known about the first one: that is what the decision depends on. */
export function RedeliverOne({
  delivery,
  opened,
  onClose,
  onOpen,
}: {
  delivery: Delivery;
  opened: boolean;
  onClose: () => void;
  /** Shows the new delivery. */
  onOpen: (deliveryId: string) => void;
}) {
  const { accountId } = useSession();
  const queryClient = useQueryClient();
  const { redeliver: words } = texts;
  const redeliver = useMutation({
    mutationFn: async () =>
      (
        await request<{ delivery_id: string }>(
          'POST',
          `${deliveryPath(accountId, delivery.delivery_id)}/redeliver`,
        )
      ).value.delivery_id,
    onSuccess: async (newId) => {
      onClose();
      onOpen(newId);
      await queryClient.invalidateQueries({ queryKey: ['newest-deliveries', accountId] });
    },
  });
  const receipt = receiptOf(delivery);
  return (
    <Modal opened={opened} onClose={onClose} title={words.title}>
      <Notice kind={receipt === 'no' ? 'info' : 'warning'}>
        {words.explanation[delivery.channel][receipt]}
      </Notice>
      <p>{delivery.channel === 'webhook' ? words.sameBytes : words.sameMail}</p>
      {redeliver.isError ? (
        <Notice kind="danger">{words.failed(failureDetail(redeliver.error))}</Notice>
      ) : null}
      <Group justify="flex-end" mt={20}>
        <Button variant="default" onClick={onClose}>
          {texts.actions.cancel}
        </Button>
        <Button loading={redeliver.isPending} onClick={() => redeliver.mutate()}>
          {words.confirm}
        </Button>
      </Group>
    </Modal>
  );
}
