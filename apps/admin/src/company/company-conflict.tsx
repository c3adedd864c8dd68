import { Button, Modal } from '@mantine/core';
import { useState } from 'react';
import { SideChoice, type Side } from '../display/side-choice.js';
import { texts } from '../texts.js';
import { differences, draftOf, withFields, type CompanyField } from './company-draft.js';
import type { CompanyEditor } from './company-editor.js';

/** Somebody else changed the account meanwhile: theirs and mine side by side, field by field. */
export function CompanyConflict({ editor }: { editor: CompanyEditor }) {
  return (
    <Modal
      opened={editor.theirs !== null}
      onClose={editor.leaveConflict}
      size="lg"
      title={texts.conflict.companyTitle}
      closeButtonProps={{ 'aria-label': texts.actions.close }}
    >
      {/* Its choices begin anew with each conflict. */}
      {editor.theirs === null ? null : <Choice key={editor.theirs.etag} editor={editor} />}
    </Modal>
  );
}

function Choice({ editor }: { editor: CompanyEditor }) {
  const { conflict, company } = texts;
  const [chosen, setChosen] = useState<ReadonlyMap<CompanyField, Side>>(new Map());
  const { base, draft, theirs } = editor;
  if (base === null || draft === null || theirs === null) return null;

  const names = {
    name: company.name,
    contactName: company.contactName,
    contactEmail: company.contactEmail,
  } satisfies Record<CompanyField, string>;
  const saved = draftOf(theirs.value);
  const found = differences(draftOf(base.value), draft, saved);
  const sides = found.map(({ field, suggestion }) => [field, chosen.get(field) ?? suggestion] as const);
  const isDecided = sides.every(([, side]) => side !== null);
  const combined = () =>
    withFields(
      saved,
      draft,
      sides.flatMap(([field, side]) => (side === 'mine' ? [field] : [])),
    );
  return (
    <>
      <p className="conflict-lead">{found.length === 0 ? conflict.same : conflict.lead}</p>
      {sides.map(([field, side]) => (
        <SideChoice
          key={field}
          name={names[field]}
          field={field}
          theirs={saved[field]}
          mine={draft[field]}
          side={side}
          onChoose={(taken) => setChosen(new Map(chosen).set(field, taken))}
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
