import { Button, Modal } from '@mantine/core';
import { useState } from 'react';
import { useSession } from '../access/current-session.js';
import type { EventCatalogue } from '@belfry/domain';
import { SideChoice, type Side } from '../display/side-choice.js';
import { texts } from '../texts.js';
import { combine, differences, type Difference, type FieldValue } from './comparison.js';
import { subscribersPointer, togglePointer, urlPointer } from './draft.js';
import { masked } from './masked.js';
import type { SettingsEditor } from './settings-editor.js';

/** Somebody else saved meanwhile: theirs and mine side by side, field by field. */
export function Conflict({ editor }: { editor: SettingsEditor }) {
  return (
    <Modal
      opened={editor.theirs !== null}
      onClose={editor.leaveConflict}
      size="xl"
      title={texts.conflict.title}
      closeButtonProps={{ 'aria-label': texts.actions.close }}
    >
      {/* Its choices begin anew with each conflict. */}
      {editor.theirs === null ? null : <Choice key={editor.theirs.etag} editor={editor} />}
    </Modal>
  );
}

function Choice({ editor }: { editor: SettingsEditor }) {
  const { rules } = useSession();
  const { conflict } = texts;
  const { base, draft, theirs } = editor;
  const [chosen, setChosen] = useState<ReadonlyMap<string, Side>>(new Map());
  if (base === null || draft === null || theirs === null) return null;

  const found = differences(base.value, draft, theirs.value);
  const choices = new Map(
    found.flatMap(({ pointer, suggestion }) => {
      const side = chosen.get(pointer) ?? suggestion;
      return side === null ? [] : [[pointer, side] as const];
    }),
  );
  const combined = () => combine(theirs.value, draft, choices);
  const isDecided = choices.size === found.length;
  return (
    <>
      <p className="conflict-lead">{found.length === 0 ? conflict.same : conflict.lead}</p>
      {found.map((difference) => (
        <FieldChoice
          key={difference.pointer}
          difference={difference}
          name={nameOf(difference.pointer, rules.catalogue)}
          side={choices.get(difference.pointer) ?? null}
          onChoose={(side) => setChosen(new Map(chosen).set(difference.pointer, side))}
        />
      ))}
      <div className="modal-actions">
        <Button variant="default" disabled={!isDecided} onClick={() => editor.settle(combined(), false)}>
          {conflict.edit}
        </Button>
        <Button disabled={!isDecided} onClick={() => editor.settle(combined(), true)}>
          {conflict.save}
        </Button>
      </div>
    </>
  );
}

function FieldChoice({
  difference: { pointer, mine, theirs },
  name,
  side,
  onChoose,
}: {
  difference: Difference;
  name: string;
  side: Side | null;
  onChoose: (side: Side) => void;
}) {
  // A URL's secret is for nobody who looks over a shoulder, here as little as in its field.
  const shown = (value: FieldValue) =>
    pointer === urlPointer && typeof value === 'string' ? masked(value) : textOf(value);
  return (
    <SideChoice
      name={name}
      field={pointer}
      theirs={shown(theirs)}
      mine={shown(mine)}
      side={side}
      note={shown(theirs) === shown(mine) ? texts.conflict.secretDiffers : null}
      onChoose={onChoose}
    />
  );
}

function textOf(value: FieldValue): string {
  const { conflict } = texts;
  if (typeof value === 'boolean') return value ? conflict.on : conflict.off;
  const text = typeof value === 'string' ? value : (value ?? []).join(', ');
  return text === '' ? conflict.none : text;
}

function nameOf(pointer: string, catalogue: EventCatalogue): string {
  const { conflict } = texts;
  for (const { key, name } of catalogue.entries) {
    if (pointer === togglePointer(key)) return conflict.toggle(name);
    if (pointer === subscribersPointer(key)) return conflict.subscribers(name);
  }
  return conflict.url;
}
