/**
 * A draft, and saving it over the version it was made from. It lives above the tabs, so that it outlives a change of tab;
 * nothing typed is lost, whatever the server says.
 */
import type { Problem } from '@belfry/domain';
import { useMutation, useQuery, useQueryClient, type QueryFunction } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { request, RequestFailure, type Answer } from '../api/request.js';
import { saveFailureText } from '../api/save-failure.js';
import { texts } from '../texts.js';
import { byField, changedFields, editedSince, type FieldProblems, type Form } from './form.js';
import type { SaveOutcome } from './save-bar.js';

/** A draft, and the version that it began with. */
interface Editing<Saved, Draft> {
  readonly base: Answer<Saved>;
  readonly draft: Draft;
}

const noProblems: FieldProblems = new Map();

type QueryKey = (string | number)[];

/** What is edited, where it is saved, and by which rules. */
export interface EditorOptions<Saved, Draft> {
  readonly form: Form<Saved, Draft>;
  readonly path: string;
  readonly query: { queryKey: QueryKey; queryFn?: QueryFunction<Answer<Saved>, QueryKey> };
  readonly mayRead: boolean;
  /** A hook: the rules may depend on what is typed. */
  readonly useJudge: (draft: Draft | null, saved: Saved | null) => (draft: Draft) => FieldProblems;
  /** What is done to a draft before it is saved. */
  readonly prepare?: (draft: Draft) => Draft;
  readonly onSaved?: () => Promise<unknown>;
}

/** Something saved, as it is being edited. */
export function useEditor<Saved, Draft>(options: EditorOptions<Saved, Draft>) {
  const { form, path, query, mayRead, useJudge, prepare = (draft: Draft) => draft } = options;
  const queryClient = useQueryClient();
  const answer = useQuery({ ...query, enabled: mayRead });
  const [editing, setEditing] = useState<Editing<Saved, Draft> | null>(null);
  /** What the server refused, and the draft that it speaks of. */
  const [refusal, setRefusal] = useState<{ problems: readonly Problem[]; draft: Draft } | null>(null);
  const [outcome, setOutcome] = useState<SaveOutcome>({ kind: 'none' });
  /** What someone else saved in between. */
  const [theirs, setTheirs] = useState<Answer<Saved> | null>(null);

  const base = editing?.base ?? answer.data ?? null;
  const draft = useMemo(
    () => editing?.draft ?? (answer.data === undefined ? null : form.draftOf(answer.data.value)),
    [form, editing, answer.data],
  );
  const judge = useJudge(draft, answer.data?.value ?? null);
  const found = useMemo(() => (draft === null ? noProblems : judge(draft)), [draft, judge]);
  const edited = refusal === null || draft === null ? [] : changedFields(form, refusal.draft, draft);
  // What the server refused counts until the field is edited.
  const refused = [...byField(refusal?.problems ?? [])].filter(([field]) => !edited.includes(field));
  const unsaved = base === null || draft === null ? [] : changedFields(form, form.draftOf(base.value), draft);

  const save = useMutation({
    mutationFn: (change: Editing<Saved, Draft>) =>
      request<Saved>(
        'PUT',
        path,
        form.changeOf(change.draft),
        change.base.etag === null ? {} : { 'If-Match': change.base.etag },
      ),
    onSuccess: async (saved, sent) => {
      queryClient.setQueryData(query.queryKey, saved);
      setEditing((current) => {
        const left =
          current === null ? null : editedSince(form, sent.draft, current.draft, form.draftOf(saved.value));
        return left === null ? null : { base: saved, draft: left };
      });
      setOutcome({ kind: 'saved' });
      await options.onSaved?.();
    },
    onError: async (error, sent) => {
      if (error instanceof RequestFailure && error.status === 412) {
        setTheirs(await queryClient.query({ ...query, staleTime: 0 }));
        return;
      }
      const problems = error instanceof RequestFailure ? error.problem?.errors : undefined;
      if (problems !== undefined) setRefusal({ problems, draft: sent.draft });
      setOutcome({ kind: 'failed', message: saveFailureText(error) });
    },
  });

  /** Saves a draft over the version it was made from; where something in it is wrong, says so and keeps it. */
  const trySaving = (change: Editing<Saved, Draft>) => {
    const prepared = { ...change, draft: prepare(change.draft) };
    setEditing(prepared);
    setRefusal(null);
    const wrong = judge(prepared.draft).size;
    if (wrong > 0) setOutcome({ kind: 'failed', message: texts.saving.fixFirst(wrong) });
    else save.mutate(prepared);
  };

  return {
    form,
    answer,
    base,
    draft,
    /** The fields that saving would change. */
    unsaved,
    problems: new Map([...refused, ...found]),
    outcome,
    theirs,
    isSaving: save.isPending,
    edit: (change: (draft: Draft) => Draft) => {
      setEditing((before) => {
        const from = before ?? (answer.data && { base: answer.data, draft: form.draftOf(answer.data.value) });
        return from === undefined ? before : { base: from.base, draft: change(from.draft) };
      });
      setOutcome({ kind: 'none' });
    },
    discard: () => {
      setEditing(null);
      setRefusal(null);
      setOutcome({ kind: 'none' });
    },
    save: () => {
      if (base !== null && draft !== null) trySaving({ base, draft });
    },
    /** Goes on from what someone else saved, with what was chosen of mine. */
    settle: (chosen: Draft, savesNow: boolean) => {
      if (theirs === null) return;
      const settled = { base: theirs, draft: chosen };
      setTheirs(null);
      setOutcome({ kind: 'none' });
      if (savesNow) trySaving(settled);
      else setEditing(settled);
    },
    leaveConflict: () => {
      setTheirs(null);
    },
  };
}

export type Editor<Saved, Draft> = ReturnType<typeof useEditor<Saved, Draft>>;
