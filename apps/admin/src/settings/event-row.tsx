import type { Account, DeliveryStats } from '@belfry/contract';
import { Switch } from '@mantine/core';
import type { EventType } from '@belfry/domain';
import { useId } from 'react';
import { useSession } from '../access/current-session.js';
import { texts } from '../texts.js';
import { subscribersPointer, togglePointer, urlPointer, withEvent } from './draft.js';
import { EventActivity } from './event-activity.js';
import { EventPlan } from './event-plan.js';
import { PayloadPreview } from './payload-preview.js';
import type { SettingsEditor } from './settings-editor.js';
import { Subscribers } from './subscribers.js';

/** One event type: its toggle, its subscribers, what happened recently, and what would be sent. */
export function EventRow({
  type,
  editor,
  inactive,
  stats,
  account,
}: {
  type: EventType;
  editor: SettingsEditor;
  /** Why the toggle cannot be used; null if it can. */
  inactive: string | null;
  stats: DeliveryStats | undefined;
  account: Account | undefined;
}) {
  const { may } = useSession();
  const reasonId = useId();
  const nameId = useId();
  const { draft, problems, unsaved } = editor;
  const event = draft?.events[type.key];
  if (draft === null || event === undefined) return null;

  const reason = inactive ?? (may.changeSettings ? null : texts.readOnly);
  // Refused by the server, although the page saw nothing wrong.
  const toggleProblem = problems.get(togglePointer(type.key));
  const description = texts.settings.firedWhen(type.description);
  return (
    <div className="event" role="group" aria-labelledby={nameId}>
      <div>
        <h3 id={nameId}>{type.name}</h3>
        <p className="quiet small">{description}</p>
      </div>
      <div className="event-toggle">
        <Switch
          checked={event.sendWebhook && inactive !== texts.settings.noUrl}
          // Not `disabled`: it would lose its place in the tab order, and a screen reader would not say why it is inactive.
          aria-disabled={reason !== null}
          data-inactive={reason !== null || undefined}
          aria-label={texts.settings.toggle(type.name)}
          aria-describedby={reasonId}
          onChange={({ currentTarget: { checked } }) => {
            if (reason === null)
              editor.edit((before) => withEvent(before, type.key, { sendWebhook: checked }));
          }}
        />
        <span
          className={
            inactive === null && toggleProblem === undefined ? 'visually-hidden' : 'event-reason quiet'
          }
          id={reasonId}
        >
          {toggleProblem === undefined
            ? (reason ?? description)
            : texts.problem(texts.settings.toggleField, toggleProblem)}
        </span>
      </div>
      <Subscribers
        name={type.name}
        event={event}
        isReadOnly={!may.changeSettings}
        refused={problems.get(subscribersPointer(type.key))}
        onChange={(change) => editor.edit((before) => withEvent(before, type.key, change))}
      />
      {may.readDeliveries ? <EventActivity type={type} stats={stats} /> : null}
      <EventPlan
        type={type}
        draft={draft}
        account={account}
        isUrlGood={!problems.has(urlPointer)}
        isUnsaved={[urlPointer, togglePointer(type.key), subscribersPointer(type.key)].some((pointer) =>
          unsaved.includes(pointer),
        )}
      />
      <PayloadPreview type={type} account={account} url={draft.webhookUrl} />
    </div>
  );
}
