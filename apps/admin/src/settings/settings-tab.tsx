import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useSession } from '../access/current-session.js';
import { accountQuery, statsQuery } from '../api/queries.js';
import { LoadFailure } from '../display/load-failure.js';
import { Notice } from '../display/notice.js';
import { Link } from '../shell/link.js';
import { SaveBar } from '../shell/save-bar.js';
import { texts } from '../texts.js';
import { Conflict } from './conflict.js';
import { turnedOffWithoutUrl, urlPointer } from './draft.js';
import { EventRow } from './event-row.js';
import type { SettingsEditor } from './settings-editor.js';
import { WebhookUrl } from './webhook-url.js';

/** The Notifications & Webhooks tab. */
export function SettingsTab({ editor }: { editor: SettingsEditor }) {
  const { may } = useSession();
  const { settings: words } = texts;
  const { settings, draft, base } = editor;
  return (
    <>
      <div className="heading">
        <h2>{words.heading}</h2>
        <p>{words.lead}</p>
      </div>
      {may.changeSettings ? null : <Notice kind="info">{texts.readOnly}</Notice>}
      {draft === null || base === null ? (
        settings.error === null ? (
          <Waiting />
        ) : (
          <LoadFailure error={settings.error} onRetry={() => void settings.refetch()} />
        )
      ) : (
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            editor.save();
          }}
        >
          <WebhookUrl editor={editor} draft={draft} savedUrl={base.value.webhook_url} />
          <Events editor={editor} />
          <SaveBar
            unsaved={editor.unsaved.length}
            isSaving={editor.isSaving}
            outcome={editor.outcome}
            onSave={editor.save}
            onDiscard={editor.discard}
          />
        </form>
      )}
      <Conflict editor={editor} />
    </>
  );
}

/** One row for each event type of the catalogue, under the sentence about who receives everything. */
function Events({ editor }: { editor: SettingsEditor }) {
  const { accountId, rules, may } = useSession();
  const { settings: words } = texts;
  const stats = useQuery({ ...statsQuery(accountId, '24h'), enabled: may.readDeliveries });
  const account = useQuery({ ...accountQuery(accountId), enabled: may.readAccount });
  const { draft, problems } = editor;
  if (draft === null) return null;

  const hasUrl = draft.webhookUrl.trim() !== '';
  const inactive = !hasUrl ? words.noUrl : problems.has(urlPointer) ? words.badUrl : null;
  const off = turnedOffWithoutUrl(draft);
  const isNew = !hasUrl && Object.values(draft.events).every((event) => event.subscribers.length === 0);
  const nameOf = (key: string) => rules.catalogue.find(key)?.name ?? key;
  return (
    <section className="card" aria-label={words.columns.event}>
      {off.length > 0 ? (
        <div className="card-notice">
          <Notice kind="warning">{words.turnsOff(off.map(nameOf))}</Notice>
        </div>
      ) : isNew ? (
        <div className="card-notice">
          <Notice kind="info">{words.never}</Notice>
        </div>
      ) : null}
      <p className="primary-contact">
        {!may.readAccount ? (
          <span>{words.primary.hidden}</span>
        ) : account.data === undefined ? (
          <Skeleton height={14} width={280} />
        ) : (
          <span>
            <strong>{account.data.primary_contact.email}</strong>{' '}
            <span className="tag">{words.primary.role}</span>
            {words.primary.receives}
          </span>
        )}
        {may.readAccount ? <Link href="/company">{words.primary.change}</Link> : null}
      </p>
      <div className="event-columns" aria-hidden="true">
        <span>{words.columns.event}</span>
        <span>{words.columns.webhook}</span>
        <span>{words.columns.subscribers}</span>
        <span>{words.columns.activity}</span>
      </div>
      {rules.catalogue.entries.map((type) => (
        <EventRow
          key={type.key}
          type={type}
          editor={editor}
          inactive={inactive}
          stats={stats.data}
          account={account.data}
        />
      ))}
    </section>
  );
}

function Waiting() {
  return (
    <div aria-busy="true">
      <p className="visually-hidden">{texts.access.loading}</p>
      <div className="card card-padded">
        <Skeleton height={14} width={120} mb={12} />
        <Skeleton height={36} />
      </div>
      <div className="card card-padded">
        {Array.from({ length: 5 }, (_, row) => (
          <Skeleton key={row} height={40} mb={16} />
        ))}
      </div>
    </div>
  );
}
