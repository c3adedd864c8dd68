import { Box, Button, Group, Paper } from '@mantine/core';
import { texts } from '../texts.js';
import { Notice } from '../display/notice.js';

/** The result of the last attempt to save. */
export type SaveOutcome =
  | { readonly kind: 'none' }
  | { readonly kind: 'saved' }
  | { readonly kind: 'failed'; readonly message: string };

/** The bar at the bottom of a form: how much is unsaved, and what to do about it. */
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
        <Paper
          component="section"
          className="save-bar"
          shadow="xl"
          radius={14}
          aria-label={texts.saving.changes(unsaved)}
        >
          {outcome.kind === 'failed' ? <Notice kind="danger">{outcome.message}</Notice> : null}
          <Group mt={outcome.kind === 'failed' ? 10 : 0} wrap="nowrap">
            <Box flex={1} fw={500}>
              {texts.saving.changes(unsaved)}
            </Box>
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
          </Group>
        </Paper>
      ) : null}
      {outcome.kind === 'saved' && !isShown ? (
        <div className="saved" aria-hidden="true">
          {texts.saving.saved}
        </div>
      ) : null}
    </>
  );
}
