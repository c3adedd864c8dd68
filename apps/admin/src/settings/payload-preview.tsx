import type { Account } from '@belfry/contract';
import { Box, Button, Group } from '@mantine/core';
import { samplePayload, type EventType } from '@belfry/domain';
import { useId, useState } from 'react';
import { useSession } from '../access/current-session.js';
import { CopyButton } from '../display/copy-button.js';
import { curlCommand } from '../display/curl.js';
import { Icon } from '../display/icon.js';
import { Json } from '../display/json.js';
import { texts } from '../texts.js';

/** The exact payload that would be sent for an event type, with the account's own name and sample values. */
export function PayloadPreview({
  type,
  account,
  url,
}: {
  type: EventType;
  account: Account | undefined;
  /** Where it would be sent; may be empty. */
  url: string;
}) {
  const { sites, rules } = useSession();
  const { settings: words } = texts;
  const [isOpen, setOpen] = useState(false);
  const regionId = useId();
  const payload =
    account === undefined
      ? null
      : samplePayload(type, rules.catalogue, sites, {
          accountId: account.account_id,
          accountName: account.account_name,
          primaryContact: account.primary_contact,
        });
  const body = JSON.stringify(payload);
  const target = url.trim() === '' ? 'https://hooks.example.com/in' : url.trim();
  return (
    <div className="payload">
      <Button
        variant="transparent"
        size="compact-sm"
        px={0}
        c="dimmed"
        fz={13}
        fw={400}
        leftSection={<Icon name={isOpen ? 'chevron' : 'right'} size={10} weight={2.4} />}
        aria-expanded={isOpen}
        aria-controls={regionId}
        aria-label={words.payloadOf(type.name)}
        onClick={() => setOpen(!isOpen)}
      >
        {words.payload}
      </Button>
      <div id={regionId} hidden={!isOpen}>
        {isOpen && payload !== null ? (
          <Box my={6}>
            <Group mb={8}>
              <Box className="quiet small" flex="1 1 180px">
                {words.payloadLead}
              </Box>
              <CopyButton text={body}>{words.copyJson}</CopyButton>
              <CopyButton text={curlCommand(target, { 'Content-Type': 'application/json' }, body)}>
                {words.copyCurl}
              </CopyButton>
            </Group>
            <Json value={payload} label={words.payloadOf(type.name)} />
          </Box>
        ) : null}
      </div>
    </div>
  );
}
