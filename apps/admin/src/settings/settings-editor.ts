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
import { changedFields, editedSince, unsavedChanges } from './comparison.js';
import { useAllowedDestinations } from './url-verdict.js';
import { byField, changeOf, draftOf, judge, withTypedTaken, type SettingsDraft } from './draft.js';

/** A draft, and the settings that it began with. */
interface Editing {
  readonly base: VersionedSettings;
  readonly draft: SettingsDraft;
}

/** What the server refused, and the draft that it speaks of. */
interface Refusal {
  readonly problems: readonly Problem[];
  readonly draft: SettingsDraft;
}

/** The settings as they are being edited. */
export function useSettingsEditor() {
  const { accountId, rules: sessionRules, may } = useSession();
  const queryClient = useQueryClient();
  const settings = useSettings(accountId, may.readSettings);
  const [editing, setEditing] = useState<Editing | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [outcome, setOutcome] = useState<SaveOutcome>({ kind: 'none' });
  /** What somebody else saved meanwhile. */
  const [theirs, setTheirs] = useState<VersionedSettings | null>(null);

  const base = editing?.base ?? settings.data ?? null;
  const draft = useMemo(
    () => editing?.draft ?? (settings.data === undefined ? null : draftOf(settings.data.value)),
    [editing, settings.data],
  );
  const allowed = useAllowedDestinations(draft?.webhookUrl ?? '', settings.data?.value.webhook_url ?? null);
  const rules = useMemo(() => ({ ...sessionRules, allowed }), [sessionRules, allowed]);
  const found = useMemo(
    () => (draft === null ? new Map<string, string>() : judge(draft, accountId, rules)),
    [draft, accountId, rules],
  );
  const problems = new Map([...refusedFields(refusal, draft), ...found]);
  const unsaved = base === null || draft === null ? [] : unsavedChanges(base.value, draft);

  const save = useMutation({
    mutationFn: (change: Editing) =>
      request<SettingsAnswer>(
        'PUT',
        `${accountPath(accountId)}/notification-settings`,
        changeOf(change.draft),
        change.base.etag === null ? {} : { 'If-Match': change.base.etag },
      ),
    onSuccess: (answer, sent) => {
      queryClient.setQueryData(settingsQuery(accountId).queryKey, answer);
      setEditing((current) => {
        const draft = current === null ? null : editedSince(sent.draft, current.draft, answer.value);
        return draft === null ? null : { base: answer, draft };
      });
      setOutcome({ kind: 'saved' });
    },
    onError: async (error, sent) => {
      if (error instanceof RequestFailure && error.status === 412) {
        setTheirs(await queryClient.fetchQuery({ ...settingsQuery(accountId), staleTime: 0 }));
        return;
      }
      const refused = error instanceof RequestFailure ? error.problem?.errors : undefined;
      if (refused !== undefined) setRefusal({ problems: refused, draft: sent.draft });
      setOutcome({ kind: 'failed', message: saveFailureText(error) });
    },
  });

  /** Saves a draft over the version it was made from; where something in it is wrong, says so and keeps it. */
  const trySaving = (change: Editing) => {
    const taken = { ...change, draft: withTypedTaken(change.draft) };
    setEditing(taken);
    setRefusal(null);
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
      setOutcome({ kind: 'none' });
    },
    discard() {
      setEditing(null);
      setRefusal(null);
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

/** What the server refused of the fields that are still as it saw them. */
function refusedFields(refusal: Refusal | null, draft: SettingsDraft | null): ReadonlyMap<string, string> {
  if (refusal === null || draft === null) return new Map();
  const edited = changedFields(changeOf(refusal.draft), changeOf(draft));
  return new Map([...byField(refusal.problems)].filter(([field]) => !edited.includes(field)));
}
