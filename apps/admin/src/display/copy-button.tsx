import { Box, Button, Modal } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { texts } from '../texts.js';

/** How long a button says "Copied", in milliseconds. */
const saidForMs = 1500;

/**
 * Copies a text, and says so. If the browser does not let the page do that (over plain http, in a frame), it shows the text
 * selected instead. `label` says what is copied if the text on the button does not.
 */
export function CopyButton({
  text,
  children,
  label,
  size = 'compact-sm',
}: {
  text: string;
  children: string;
  label?: string;
  size?: string;
}) {
  const [state, setState] = useState<'idle' | 'copied' | 'refused'>('idle');
  useEffect(() => {
    if (state !== 'copied') return undefined;
    const timer = setTimeout(() => setState('idle'), saidForMs);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = async () => setState((await isCopied(text)) ? 'copied' : 'refused');
  return (
    <>
      <Button variant="default" size={size} onClick={() => void copy()} aria-label={label}>
        <span aria-live="polite">{state === 'copied' ? texts.actions.copied : children}</span>
      </Button>
      <Modal opened={state === 'refused'} onClose={() => setState('idle')} title={label ?? children}>
        <SelectedText text={text} label={label ?? children} />
      </Modal>
    </>
  );
}

function SelectedText({ text, label }: { text: string; label: string }) {
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    area.current?.select();
  }, []);
  return (
    <>
      <p>{texts.actions.copyYourself}</p>
      <Box
        component="textarea"
        ref={area}
        className="code"
        w="100%"
        mt={12}
        aria-label={label}
        readOnly
        rows={6}
        value={text}
        data-autofocus
        onFocus={({ currentTarget }) => currentTarget.select()}
      />
    </>
  );
}

/** Copies by the clipboard API, which exists only over https and can be denied, or by selecting. */
async function isCopied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return isCopiedBySelection(text);
  }
}

/** Copies by selecting the text in a field of its own. It keeps the focus where it was. */
function isCopiedBySelection(text: string): boolean {
  const before = document.activeElement;
  // In the dialog that is open, if one is: it would take the focus back from elsewhere.
  const place = before?.closest('[role=dialog]') ?? document.body;
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'visually-hidden';
  place.append(area);
  area.select();
  try {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- the only way to copy where the page came by plain HTTP
    return document.execCommand('copy');
  } catch {
    return false;
  } finally {
    area.remove();
    if (before instanceof HTMLElement) before.focus();
  }
}
