/** The settings' draft, and saving it. It lives above the tabs, so that it outlives a change of tab. */
import type { Problem } from '@belfry/domain';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useSession } from '../access/current-session.js';
import { accountPath, settingsQuery, useSettings, type VersionedSettings } from '../api/queries.js';
import { request, RequestFailure } from '../api/request.js';
import { saveFailureText } from '../api/save-failure.js';
import type { SettingsAnswer } from '../api/wire.js';
import type { SaveOutcome } from '../shell/save-bar.js';
import { texts } from '../texts.js';
import { unsavedChanges } from './comparison.js';
import { byField, changeOf, draftOf, judge, withTypedTaken, type SettingsDraft } from './draft.js';

/** A draft, and the settings that it began with. */
interface Editing {
  readonly base: VersionedSettings;
  readonly draft: SettingsDraft;
}

/** The settings as they are being edited. */
export function useSettingsEditor() {
  const { accountId, rules } = useSession();
  const queryClient = useQueryClient();
  const settings = useSettings(accountId);
  const [editing, setEditing] = useState<Editing | null>(null);
  const [refused, setRefused] = useState<readonly Problem[]>([]);
  const [outcome, setOutcome] = useState<SaveOutcome>({ kind: 'none' });
  /** What somebody else saved meanwhile. */
  const [theirs, setTheirs] = useState<VersionedSettings | null>(null);

  const base = editing?.base ?? settings.data ?? null;
  const draft = useMemo(
    () => editing?.draft ?? (settings.data === undefined ? null : draftOf(settings.data.value)),
    [editing, settings.data],
  );
  const found = useMemo(
    () => (draft === null ? new Map<string, string>() : judge(draft, accountId, rules)),
    [draft, accountId, rules],
  );
  const problems = new Map([...byField(refused), ...found]);
  const unsaved = base === null || draft === null ? [] : unsavedChanges(base.value, draft);

  const save = useMutation({
    mutationFn: (change: Editing) =>
      request<SettingsAnswer>(
        'PUT',
        `${accountPath(accountId)}/notification-settings`,
        changeOf(change.draft),
        change.base.etag === null ? {} : { 'If-Match': change.base.etag },
      ),
    onSuccess: (answer) => {
      queryClient.setQueryData(settingsQuery(accountId).queryKey, answer);
      setEditing(null);
      setOutcome({ kind: 'saved' });
    },
    onError: async (error) => {
      if (error instanceof RequestFailure && error.status === 412) {
        setTheirs(await queryClient.fetchQuery({ ...settingsQuery(accountId), staleTime: 0 }));
        return;
      }
      if (error instanceof RequestFailure) setRefused(error.problem?.errors ?? []);
      setOutcome({ kind: 'failed', message: saveFailureText(error) });
    },
  });

  /** Saves a draft over the version it was made from; where something in it is wrong, says so and keeps it. */
  const trySaving = (change: Editing) => {
    const taken = { ...change, draft: withTypedTaken(change.draft) };
    setEditing(taken);
    setRefused([]);
    const wrong = judge(taken.draft, accountId, rules);
    if (wrong.size > 0) setOutcome({ kind: 'failed', message: texts.saving.fixFirst(wrong.size) });
    else save.mutate(taken);
  };

  return {
    settings,
    base,
    draft,
    unsaved,
    problems,
    outcome,
    theirs,
    isSaving: save.isPending,
    edit(change: (draft: SettingsDraft) => SettingsDraft) {
      setEditing((before) => {
        const from =
          before ?? (settings.data && { base: settings.data, draft: draftOf(settings.data.value) });
        return from === undefined ? before : { base: from.base, draft: change(from.draft) };
      });
      setRefused([]);
      setOutcome({ kind: 'none' });
    },
    discard() {
      setEditing(null);
      setRefused([]);
      setOutcome({ kind: 'none' });
    },
    save() {
      if (base !== null && draft !== null) trySaving({ base, draft });
    },
    /** Goes on from what somebody else saved, with what was chosen of mine. */
    settle(chosen: SettingsDraft, savesNow: boolean) {
      if (theirs === null) return;
      const settled = { base: theirs, draft: chosen };
      setTheirs(null);
      setOutcome({ kind: 'none' });
      if (savesNow) trySaving(settled);
      else setEditing(settled);
    },
    leaveConflict() {
      setTheirs(null);
    },
  };
}

export type SettingsEditor = ReturnType<typeof useSettingsEditor>;
