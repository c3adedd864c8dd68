import type { ReactNode } from 'react';
import { LoadFailure } from '../display/load-failure.js';
import { SaveBar } from './save-bar.js';
import type { Editor } from './use-editor.js';

/** The fields of an editor and the bar that saves them; `waiting` is shown until there is something to edit. */
export function EditorForm<Saved, Draft>({
  editor,
  waiting,
  children,
}: {
  editor: Editor<Saved, Draft>;
  waiting: ReactNode;
  children: (draft: Draft, saved: Saved) => ReactNode;
}) {
  const { answer, draft, base } = editor;
  if (draft === null || base === null) {
    if (answer.error === null) return waiting;
    return <LoadFailure error={answer.error} onRetry={() => void answer.refetch()} />;
  }
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        editor.save();
      }}
    >
      {children(draft, base.value)}
      <SaveBar
        unsaved={editor.unsaved.length}
        isSaving={editor.isSaving}
        outcome={editor.outcome}
        onSave={editor.save}
        onDiscard={editor.discard}
      />
    </form>
  );
}
