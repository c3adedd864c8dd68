import { Box, Button, Group, Paper, TextInput } from '@mantine/core';
import { useId, useState } from 'react';
import { flushSync } from 'react-dom';
import { useSession } from '../access/current-session.js';
import { CopyButton } from '../display/copy-button.js';
import { texts } from '../texts.js';
import { urlPointer, type SettingsDraft } from './draft.js';
import { mask, masked } from './masked.js';
import { SendTest } from './send-test.js';
import type { SettingsEditor } from './settings-editor.js';

/**
 * The endpoint. The values in its query may be secret, so they are masked unless they are being edited: a look over the
 * shoulder, or a shared screen, reveals nothing.
 */
export function WebhookUrl({
  editor,
  draft,
  savedUrl,
}: {
  editor: SettingsEditor;
  draft: SettingsDraft;
  savedUrl: string | null;
}) {
  const { may } = useSession();
  const { settings: words, actions } = texts;
  const [isFocused, setFocused] = useState(false);
  const [isShown, setShown] = useState(false);
  const hintId = useId();
  const problem = editor.problems.get(urlPointer);
  const url = draft.webhookUrl;
  const unfocused = problem === undefined ? masked(url) : url;
  const hasSecret = unfocused !== url;
  /** The Tab key selects the whole text, so that typing replaces it: the selection must survive the change. */
  const reveal = (input: HTMLInputElement) =>
    requestAnimationFrame(() => {
      if (document.activeElement !== input) return;
      const wasSelected = input.selectionStart === 0 && input.selectionEnd === input.value.length;
      flushSync(() => setFocused(true));
      if (wasSelected) input.select();
    });
  return (
    <Paper component="section" p="20px var(--pad)">
      <TextInput
        label={words.url}
        styles={{ input: { fontFamily: 'var(--font-code)', fontSize: 13 } }}
        inputMode="url"
        autoComplete="off"
        spellCheck={false}
        placeholder={words.urlPlaceholder}
        value={isFocused || isShown ? url : unfocused}
        readOnly={!may.changeSettings}
        error={problem === undefined ? undefined : texts.problem(words.url, problem)}
        aria-describedby={hintId}
        inputContainer={(input) => (
          <Group>
            <Box flex="1 1 230px" miw={0}>
              {input}
            </Box>
            {hasSecret ? (
              <Button
                variant="default"
                aria-pressed={isShown}
                aria-label={isShown ? actions.hideSecret : actions.showSecret}
                onClick={() => setShown(!isShown)}
              >
                {isShown ? actions.hide : actions.show}
              </Button>
            ) : null}
            {url === '' ? null : (
              <CopyButton text={url} label={actions.copyUrl} size="sm">
                {actions.copy}
              </CopyButton>
            )}
          </Group>
        )}
        onFocus={({ currentTarget: input }) => reveal(input)}
        onBlur={() => setFocused(false)}
        onChange={(event) => {
          const { value } = event.currentTarget;
          // Typed before the whole URL was shown: the masked text is not the URL.
          if (value.includes(mask)) return;
          editor.edit((before) => ({ ...before, webhookUrl: value }));
        }}
      />
      <Group justify="space-between" align="start" gap="10px 24px" mt={10}>
        <Box component="p" className="quiet small" id={hintId} flex="1 1 300px" maw={740}>
          {words.urlHint}
        </Box>
        {may.redeliver ? <SendTest savedUrl={savedUrl} isChanged={url.trim() !== (savedUrl ?? '')} /> : null}
      </Group>
    </Paper>
  );
}
