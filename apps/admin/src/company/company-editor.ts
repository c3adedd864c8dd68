/** The Company tab's draft, and saving it. It lives above the tabs, so that it outlives a change of tab. */
import { parseAccount, type Problem } from '@belfry/domain';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useSession } from '../access/current-session.js';
import { accountPath, sessionsKey, versionedAccountQuery, type VersionedAccount } from '../api/queries.js';
import { request, RequestFailure } from '../api/request.js';
import { saveFailureText } from '../api/save-failure.js';
import type { AccountAnswer } from '../api/wire.js';
import { byField } from '../settings/draft.js';
import type { SaveOutcome } from '../shell/save-bar.js';
import { texts } from '../texts.js';
import {
  changedFields,
  changeOf,
  companyPointers,
  draftOf,
  editedSince,
  type CompanyDraft,
} from './company-draft.js';

/** A draft, and the account that it began with. */
interface Editing {
  readonly base: VersionedAccount;
  readonly draft: CompanyDraft;
}

/** The account as it is being edited. */
export function useCompanyEditor() {
  const { accountId, may } = useSession();
  const queryClient = useQueryClient();
  const account = useQuery({ ...versionedAccountQuery(accountId), enabled: may.readAccount });
  const [editing, setEditing] = useState<Editing | null>(null);
  /** What the server refused, and the draft that it speaks of. */
  const [refusal, setRefusal] = useState<{ problems: readonly Problem[]; draft: CompanyDraft } | null>(null);
  const [outcome, setOutcome] = useState<SaveOutcome>({ kind: 'none' });
  /** What somebody else saved meanwhile. */
  const [theirs, setTheirs] = useState<VersionedAccount | null>(null);

  const base = editing?.base ?? account.data ?? null;
  const draft = editing?.draft ?? (base === null ? null : draftOf(base.value));
  const unsaved = base === null || draft === null ? 0 : changedFields(draftOf(base.value), draft).length;
  const judge = (judged: CompanyDraft) => {
    const parsed = parseAccount(accountId, changeOf(judged));
    return parsed.ok ? [] : parsed.problems;
  };
  const refused = refusal === null || draft === null ? [] : stillRefused(refusal, draft);
  const problems = byField([...(draft === null ? [] : judge(draft)), ...refused]);

  const save = useMutation({
    mutationFn: (change: Editing) =>
      request<AccountAnswer>(
        'PUT',
        accountPath(accountId),
        changeOf(change.draft),
        change.base.etag === null ? {} : { 'If-Match': change.base.etag },
      ),
    onSuccess: async (answer, sent) => {
      queryClient.setQueryData(versionedAccountQuery(accountId).queryKey, answer);
      setEditing((current) => {
        const left = current === null ? null : editedSince(sent.draft, current.draft, draftOf(answer.value));
        return left === null ? null : { base: answer, draft: left };
      });
      setOutcome({ kind: 'saved' });
      // The account's name stands in the head of the page.
      await queryClient.invalidateQueries({ queryKey: sessionsKey });
    },
    onError: async (error, sent) => {
      if (error instanceof RequestFailure && error.status === 412) {
        setTheirs(await queryClient.fetchQuery({ ...versionedAccountQuery(accountId), staleTime: 0 }));
        return;
      }
      const found = error instanceof RequestFailure ? error.problem?.errors : undefined;
      if (found !== undefined) setRefusal({ problems: found, draft: sent.draft });
      setOutcome({ kind: 'failed', message: saveFailureText(error) });
    },
  });

  /** Saves a draft over the version it was made from; where something in it is wrong, says so and keeps it. */
  const trySaving = (change: Editing) => {
    setEditing(change);
    setRefusal(null);
    const wrong = judge(change.draft).length;
    if (wrong > 0) setOutcome({ kind: 'failed', message: texts.saving.fixFirst(wrong) });
    else save.mutate(change);
  };

  return {
    account,
    base,
    draft,
    unsaved,
    problems,
    outcome,
    theirs,
    isSaving: save.isPending,
    edit(change: Partial<CompanyDraft>) {
      setEditing((before) => {
        const from = before ?? (base === null ? null : { base, draft: draftOf(base.value) });
        return from === null ? before : { ...from, draft: { ...from.draft, ...change } };
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
    settle(chosen: CompanyDraft, savesNow: boolean) {
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

export type CompanyEditor = ReturnType<typeof useCompanyEditor>;

/** What the server refused of the fields that are still as it saw them. */
function stillRefused(
  refusal: { readonly problems: readonly Problem[]; readonly draft: CompanyDraft },
  draft: CompanyDraft,
): readonly Problem[] {
  const edited = changedFields(refusal.draft, draft).map((field): string => companyPointers[field]);
  return refusal.problems.filter(({ pointer }) => !edited.includes(pointer));
}
