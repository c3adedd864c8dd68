import { Button, Group, Modal } from '@mantine/core';
import { useState } from 'react';
import { texts } from '../texts.js';
import { differences, type FieldValue } from './form.js';
import { SideChoice, type Side } from './side-choice.js';
import type { Editor } from './use-editor.js';

interface ConflictProps<Saved, Draft> {
  readonly editor: Editor<Saved, Draft>;
  readonly title: string;
  readonly nameOf: (field: string) => string;
  /** How a field's value is shown, where not as it is. */
  readonly shown?: (field: string, value: FieldValue) => string;
}

/** Someone else saved in between: theirs and mine side by side, field by field. */
export function Conflict<Saved, Draft>(props: ConflictProps<Saved, Draft>) {
  const { theirs, leaveConflict } = props.editor;
  return (
    <Modal opened={theirs !== null} onClose={leaveConflict} size="xl" title={props.title}>
      {/* Its choices begin anew with each conflict. */}
      {theirs === null ? null : <Choice key={theirs.etag} {...props} />}
    </Modal>
  );
}

function Choice<Saved, Draft>({
  editor,
  nameOf,
  shown = (_, value) => textOf(value),
}: ConflictProps<Saved, Draft>) {
  const { conflict } = texts;
  const { form, base, draft, theirs } = editor;
  const [chosen, setChosen] = useState<ReadonlyMap<string, Side>>(new Map());
  if (base === null || draft === null || theirs === null) return null;

  const saved = form.draftOf(theirs.value);
  const found = differences(form, form.draftOf(base.value), draft, saved);
  const sideOf = new Map(found.map(({ field, suggestion }) => [field, chosen.get(field) ?? suggestion]));
  const isDecided = ![...sideOf.values()].includes(null);
  const settle = (savesNow: boolean) => {
    const mine = [...sideOf].flatMap(([field, side]) => (side === 'mine' ? [field] : []));
    editor.settle(form.withFields(saved, draft, mine), savesNow);
  };
  return (
    <>
      <p className="quiet">{found.length === 0 ? conflict.same : conflict.lead}</p>
      {found.map(({ field, mine, theirs: other }) => (
        <SideChoice
          key={field}
          name={nameOf(field)}
          field={field}
          theirs={shown(field, other)}
          mine={shown(field, mine)}
          side={sideOf.get(field) ?? null}
          note={shown(field, other) === shown(field, mine) ? conflict.secretDiffers : null}
          onChoose={(side) => setChosen(new Map(chosen).set(field, side))}
        />
      ))}
      <Group justify="flex-end" mt={20}>
        <Button variant="default" disabled={!isDecided} onClick={() => settle(false)}>
          {conflict.edit}
        </Button>
        <Button disabled={!isDecided} onClick={() => settle(true)}>
          {conflict.save}
        </Button>
      </Group>
    </>
  );
}

/** A field's value in words. */
export function textOf(value: FieldValue): string {
  const { conflict } = texts;
  if (typeof value === 'boolean') return value ? conflict.on : conflict.off;
  const text = typeof value === 'string' ? value : (value ?? []).join(', ');
  return text === '' ? conflict.none : text;
}
