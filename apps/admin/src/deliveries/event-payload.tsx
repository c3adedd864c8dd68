import type { Delivery } from '@belfry/contract';
import { Box, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useSession } from '../access/current-session.js';
import { eventQuery } from '../api/queries.js';
import { CopyButton } from '../display/copy-button.js';
import { Json } from '../display/json.js';
import { texts } from '../texts.js';

/** The payload of a webhook without a recorded attempt: what will be sent, or may have been. */
export function EventPayload({ delivery }: { delivery: Delivery }) {
  const { accountId } = useSession();
  const event = useQuery(eventQuery(accountId, delivery.event_id));
  if (event.data === undefined) return null;
  const { payload } = event.data;
  return (
    <section>
      <Group justify="space-between" mb={10}>
        <Box component="h3" mb={0}>
          {texts.delivery.payload}
        </Box>
        <CopyButton text={JSON.stringify(payload)}>{texts.settings.copyJson}</CopyButton>
      </Group>
      <Json value={payload} label={texts.delivery.payload} />
    </section>
  );
}
