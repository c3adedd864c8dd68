import { Button } from '@mantine/core';
import { texts } from '../texts.js';
import { Notice } from '../display/notice.js';

/** What the last attempt to save came to. */
export type SaveOutcome =
  | { readonly kind: 'none' }
  | { readonly kind: 'saved' }
  | { readonly kind: 'failed'; readonly message: string };

/** The bar at the bottom of a form: how much is not saved, and the two ways on. */
export function SaveBar({
  unsaved,
  isSaving,
  outcome,
  onSave,
  onDiscard,
}: {
  unsaved: number;
  isSaving: boolean;
  outcome: SaveOutcome;
  onSave: () => void;
  onDiscard: () => void;
}) {
  const isShown = unsaved > 0 || isSaving;
  return (
    <>
      <p className="visually-hidden" role="status">
        {outcome.kind === 'saved' ? texts.saving.saved : ''}
      </p>
      {isShown ? (
        <section className="save-bar" aria-label={texts.saving.changes(unsaved)}>
          {outcome.kind === 'failed' ? <Notice kind="danger">{outcome.message}</Notice> : null}
          <div className="save-bar-row">
            <span className="save-bar-count">{texts.saving.changes(unsaved)}</span>
            <Button variant="default" disabled={isSaving} onClick={onDiscard}>
              {texts.actions.discard}
            </Button>
            <Button
              loading={isSaving}
              onClick={onSave}
              aria-label={isSaving ? texts.actions.saving : undefined}
            >
              {texts.actions.save}
            </Button>
          </div>
        </section>
      ) : null}
      {outcome.kind === 'saved' && !isShown ? (
        <div className="saved-toast" aria-hidden="true">
          {texts.saving.saved}
        </div>
      ) : null}
    </>
  );
}
