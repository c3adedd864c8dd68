import { Skeleton, TextInput } from '@mantine/core';
import { useSession } from '../access/current-session.js';
import { LoadFailure } from '../display/load-failure.js';
import { Notice } from '../display/notice.js';
import { SaveBar } from '../shell/save-bar.js';
import { texts } from '../texts.js';
import { CompanyConflict } from './company-conflict.js';
import { companyPointers, type CompanyDraft } from './company-draft.js';
import type { CompanyEditor } from './company-editor.js';

/** The Company tab: who the account is, and who receives everything. */
export function CompanyTab({ editor }: { editor: CompanyEditor }) {
  const { accountId, may } = useSession();
  const { company } = texts;
  const { draft, account, problems } = editor;
  const field = (name: keyof CompanyDraft, label: string) => ({
    label,
    // The browser would fill in whoever looks, and not the company.
    autoComplete: 'off',
    value: draft?.[name] ?? '',
    error: problemOf(name, label),
    readOnly: !may.changeAccount,
    onChange: (event: { currentTarget: { value: string } }) =>
      editor.edit({ [name]: event.currentTarget.value }),
  });
  const problemOf = (name: keyof CompanyDraft, label: string) => {
    const message = problems.get(companyPointers[name]);
    return message === undefined ? undefined : texts.problem(label, message);
  };
  return (
    <>
      <div className="heading">
        <h2>{company.heading}</h2>
        <p>{company.lead}</p>
      </div>
      {may.changeAccount ? null : <Notice kind="info">{texts.readOnly}</Notice>}
      {draft === null ? (
        account.error === null ? (
          <div aria-busy="true" className="card card-padded">
            <Skeleton height={36} mb={20} />
            <Skeleton height={36} width="70%" />
          </div>
        ) : (
          <LoadFailure error={account.error} onRetry={() => void account.refetch()} />
        )
      ) : (
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            editor.save();
          }}
        >
          <section className="card settings-pair">
            <div className="settings-pair-text">
              <h3>{company.name}</h3>
              <p>{company.nameHint}</p>
            </div>
            <div className="settings-pair-fields">
              <TextInput required {...field('name', company.name)} />
              <dl className="fact">
                <dt>{company.accountId}</dt>
                <dd>{accountId}</dd>
              </dl>
            </div>
          </section>
          <section className="card settings-pair">
            <div className="settings-pair-text">
              <h3>{company.contact}</h3>
              <p>{company.contactHint}</p>
            </div>
            <div className="settings-pair-fields">
              <TextInput
                description={company.contactNameHint}
                {...field('contactName', company.contactName)}
              />
              <TextInput
                type="email"
                inputMode="email"
                required
                {...field('contactEmail', company.contactEmail)}
              />
            </div>
          </section>
          <SaveBar
            unsaved={editor.unsaved}
            isSaving={editor.isSaving}
            outcome={editor.outcome}
            onSave={editor.save}
            onDiscard={editor.discard}
          />
        </form>
      )}
      <CompanyConflict editor={editor} />
    </>
  );
}
