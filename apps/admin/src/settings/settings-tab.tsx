import { Box, Group, Paper, Skeleton } from '@mantine/core';
import type { EventCatalogue } from '@belfry/domain';
import { useQuery } from '@tanstack/react-query';
import { useSession } from '../access/current-session.js';
import { accountQuery, statsQuery } from '../api/queries.js';
import { Heading } from '../display/heading.js';
import { Notice } from '../display/notice.js';
import { Link } from '../shell/link.js';
import { Conflict, textOf } from '../editing/conflict.js';
import { EditorForm } from '../editing/editor-form.js';
import { texts } from '../texts.js';
import {
  subscribersPointer,
  togglePointer,
  turnedOffWithoutUrl,
  urlPointer,
  type SettingsDraft,
} from './draft.js';
import { EventRow } from './event-row.js';
import { masked } from './masked.js';
import type { SettingsEditor } from './settings-editor.js';
import { WebhookUrl } from './webhook-url.js';

/** The Notifications & Webhooks tab. */
export function SettingsTab({ editor }: { editor: SettingsEditor }) {
  const { may, rules } = useSession();
  const { settings: words } = texts;
  return (
    <>
      <Heading title={words.heading} lead={words.lead} />
      {may.changeSettings ? null : <Notice kind="info">{texts.readOnly}</Notice>}
      <EditorForm editor={editor} waiting={<Waiting />}>
        {(draft, saved) => (
          <>
            <WebhookUrl editor={editor} draft={draft} savedUrl={saved.webhook_url} />
            <Events editor={editor} draft={draft} />
          </>
        )}
      </EditorForm>
      <Conflict
        editor={editor}
        title={texts.conflict.title}
        nameOf={(field) => nameOf(field, rules.catalogue)}
        // The secret of a URL is masked here as it is in its field.
        shown={(field, value) =>
          field === urlPointer && typeof value === 'string' ? masked(value) : textOf(value)
        }
      />
    </>
  );
}

/** One row for each event type of the catalogue, under the sentence about who receives everything. */
function Events({ editor, draft }: { editor: SettingsEditor; draft: SettingsDraft }) {
  const { accountId, rules, may } = useSession();
  const { settings: words } = texts;
  const stats = useQuery({ ...statsQuery(accountId, '24h'), enabled: may.readDeliveries });
  const account = useQuery({ ...accountQuery(accountId), enabled: may.readAccount });
  const { problems } = editor;

  const hasUrl = draft.webhookUrl.trim() !== '';
  const inactive = !hasUrl ? words.noUrl : problems.has(urlPointer) ? words.badUrl : null;
  const off = turnedOffWithoutUrl(draft);
  const isNew = !hasUrl && Object.values(draft.events).every((event) => event.subscribers.length === 0);
  const typeName = (key: string) => rules.catalogue.find(key)?.name ?? key;
  return (
    <Paper component="section" aria-label={words.columns.event}>
      {off.length > 0 || isNew ? (
        <Box p="16px var(--pad) 0">
          {off.length > 0 ? (
            <Notice kind="warning">{words.turnsOff(off.map(typeName))}</Notice>
          ) : (
            <Notice kind="info">{words.never}</Notice>
          )}
        </Box>
      ) : null}
      <Group className="primary-contact" justify="space-between" gap="4px 16px" p="16px var(--pad)">
        {!may.readAccount ? (
          <span>{words.primary.hidden}</span>
        ) : account.data === undefined ? (
          <Skeleton height={14} width={280} />
        ) : (
          <span className="anywhere">
            <strong>{account.data.primary_contact.email}</strong>{' '}
            <span className="tag">{words.primary.role}</span>
            {words.primary.receives}
          </span>
        )}
        {may.readAccount ? <Link href="/company">{words.primary.change}</Link> : null}
      </Group>
      <div className="event-columns column-names" aria-hidden="true">
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
    </Paper>
  );
}

function nameOf(field: string, catalogue: EventCatalogue): string {
  const { conflict } = texts;
  for (const { key, name } of catalogue.entries) {
    if (field === togglePointer(key)) return conflict.toggle(name);
    if (field === subscribersPointer(key)) return conflict.subscribers(name);
  }
  return conflict.url;
}

function Waiting() {
  return (
    <div aria-busy="true">
      <p className="visually-hidden">{texts.access.loading}</p>
      <Paper p="var(--pad)">
        <Skeleton height={14} width={120} mb={12} />
        <Skeleton height={36} />
      </Paper>
      <Paper p="var(--pad)">
        {Array.from({ length: 5 }, (_, row) => (
          <Skeleton key={row} height={40} mb={16} />
        ))}
      </Paper>
    </div>
  );
}
