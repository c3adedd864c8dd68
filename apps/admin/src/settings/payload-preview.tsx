import { samplePayload, type EventType } from '@belfry/domain';
import { useId, useState } from 'react';
import { useSession } from '../access/current-session.js';
import type { AccountAnswer } from '../api/wire.js';
import { CopyButton } from '../display/copy-button.js';
import { curlCommand } from '../display/curl.js';
import { Json } from '../display/json.js';
import { texts } from '../texts.js';

/** The exact payload that would be sent for an event type, with the account's own name and sample values. */
export function PayloadPreview({
  type,
  account,
  url,
}: {
  type: EventType;
  account: AccountAnswer | undefined;
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
      <button
        type="button"
        className="disclosure"
        aria-expanded={isOpen}
        aria-controls={regionId}
        aria-label={words.payloadOf(type.name)}
        onClick={() => setOpen(!isOpen)}
      >
        <span className="disclosure-sign" aria-hidden="true" />
        {words.payload}
      </button>
      <div id={regionId} hidden={!isOpen}>
        {isOpen && payload !== null ? (
          <div className="payload-box">
            <div className="payload-head">
              <span className="quiet">{words.payloadLead}</span>
              <CopyButton text={body}>{words.copyJson}</CopyButton>
              <CopyButton text={curlCommand(target, { 'Content-Type': 'application/json' }, body)}>
                {words.copyCurl}
              </CopyButton>
            </div>
            <Json value={payload} label={words.payloadOf(type.name)} />
          </div>
        ) : null}
      </div>
    </div>
  );
}
