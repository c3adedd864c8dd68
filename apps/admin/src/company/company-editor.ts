/** The Company tab's draft, and saving it. It lives above the tabs, so that it outlives a change of tab. */
import { parseAccount, type Problem } from '@belfry/domain';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useSession } from '../access/current-session.js';
import { accountPath, accountQuery, sessionQuery } from '../api/queries.js';
import { request, RequestFailure } from '../api/request.js';
import { saveFailureText } from '../api/save-failure.js';
import type { AccountAnswer } from '../api/wire.js';
import { byField } from '../settings/draft.js';
import type { SaveOutcome } from '../shell/save-bar.js';
import { texts } from '../texts.js';

/** What can be typed on the tab. */
export interface CompanyDraft {
  readonly name: string;
  readonly contactName: string;
  readonly contactEmail: string;
}

/** The pointers of the fields in the REST contract. */
export const companyPointers = {
  name: '/account_name',
  contactName: '/primary_contact/name',
  contactEmail: '/primary_contact/email',
} as const satisfies Record<keyof CompanyDraft, string>;

/** The account as it is being edited. */
export function useCompanyEditor() {
  const { accountId } = useSession();
  const queryClient = useQueryClient();
  const account = useQuery(accountQuery(accountId));
  const [edited, setEdited] = useState<CompanyDraft | null>(null);
  const [refused, setRefused] = useState<readonly Problem[]>([]);
  const [outcome, setOutcome] = useState<SaveOutcome>({ kind: 'none' });

  const saved = account.data === undefined ? null : draftOf(account.data);
  const draft = edited ?? saved;
  const judged = draft === null ? null : parseAccount(accountId, changeOf(draft));
  const problems = byField([...(judged?.ok === false ? judged.problems : []), ...refused]);
  const fields = Object.keys(companyPointers) as (keyof CompanyDraft)[];
  const unsaved =
    draft === null || saved === null ? 0 : fields.filter((field) => draft[field] !== saved[field]).length;

  const save = useMutation({
    mutationFn: async (change: CompanyDraft) =>
      (await request<AccountAnswer>('PUT', accountPath(accountId), changeOf(change))).value,
    onSuccess: async (answer) => {
      queryClient.setQueryData(accountQuery(accountId).queryKey, answer);
      setEdited(null);
      setOutcome({ kind: 'saved' });
      await queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey });
    },
    onError: (error) => {
      if (error instanceof RequestFailure) setRefused(error.problem?.errors ?? []);
      setOutcome({ kind: 'failed', message: saveFailureText(error) });
    },
  });

  return {
    account,
    draft,
    unsaved,
    problems,
    outcome,
    isSaving: save.isPending,
    edit(change: Partial<CompanyDraft>) {
      if (draft === null) return;
      setEdited({ ...draft, ...change });
      setRefused([]);
      setOutcome({ kind: 'none' });
    },
    discard() {
      setEdited(null);
      setRefused([]);
      setOutcome({ kind: 'none' });
    },
    save() {
      if (draft === null) return;
      if (judged?.ok === true) save.mutate(draft);
      else setOutcome({ kind: 'failed', message: texts.saving.fixFirst(problems.size) });
    },
  };
}

export type CompanyEditor = ReturnType<typeof useCompanyEditor>;

function draftOf(account: AccountAnswer): CompanyDraft {
  const { name, email } = account.primary_contact;
  return { name: account.account_name, contactName: name ?? '', contactEmail: email };
}

function changeOf({ name, contactName, contactEmail }: CompanyDraft) {
  return {
    account_name: name,
    primary_contact: { name: contactName.trim() === '' ? null : contactName, email: contactEmail },
  };
}
