/** The Company tab's form: the account's name and its primary contact. */
import type { Account } from '@belfry/contract';
import { parseAccount } from '@belfry/domain';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useSession } from '../access/current-session.js';
import { accountPath, sessionsKey, versionedAccountQuery } from '../api/queries.js';
import { byField, type Form } from '../editing/form.js';
import { useEditor, type Editor } from '../editing/use-editor.js';

/** What can be typed on the tab, each by its pointer in the REST contract. */
export interface CompanyDraft {
  readonly '/account_name': string;
  readonly '/primary_contact/name': string;
  readonly '/primary_contact/email': string;
}

/** One of its fields. */
export type CompanyField = keyof CompanyDraft;

const companyForm: Form<Account, CompanyDraft> = {
  draftOf: ({ account_name, primary_contact: { name, email } }) => ({
    '/account_name': account_name,
    '/primary_contact/name': name ?? '',
    '/primary_contact/email': email,
  }),
  changeOf: (draft) => ({
    account_name: draft['/account_name'],
    primary_contact: {
      name: draft['/primary_contact/name'].trim() === '' ? null : draft['/primary_contact/name'],
      email: draft['/primary_contact/email'],
    },
  }),
  fieldsOf: (draft) => new Map(Object.entries(draft)),
  withFields: (draft, other, fields) => ({
    ...draft,
    ...Object.fromEntries(Object.entries(other).filter(([field]) => fields.includes(field))),
  }),
};

/** The account as it is being edited. */
export function useCompanyEditor(): Editor<Account, CompanyDraft> {
  const { accountId, may } = useSession();
  const queryClient = useQueryClient();
  const judge = useCallback(
    (draft: CompanyDraft) => {
      const parsed = parseAccount(accountId, companyForm.changeOf(draft));
      return byField(parsed.ok ? [] : parsed.problems);
    },
    [accountId],
  );
  return useEditor({
    form: companyForm,
    path: accountPath(accountId),
    query: versionedAccountQuery(accountId),
    mayRead: may.readAccount,
    useJudge: () => judge,
    // The page's header shows the account's name.
    onSaved: () => queryClient.invalidateQueries({ queryKey: sessionsKey }),
  });
}

export type CompanyEditor = Editor<Account, CompanyDraft>;
