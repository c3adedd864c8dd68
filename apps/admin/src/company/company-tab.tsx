import { Box, Group, Paper, Skeleton, Stack, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { useSession } from '../access/current-session.js';
import { Heading } from '../display/heading.js';
import { Notice } from '../display/notice.js';
import { EditorForm } from '../editing/editor-form.js';
import { texts } from '../texts.js';
import { Conflict } from '../editing/conflict.js';
import type { CompanyDraft, CompanyEditor, CompanyField } from './company-editor.js';

/** The Company tab: who the account is, and who receives everything. */
export function CompanyTab({ editor }: { editor: CompanyEditor }) {
  const { accountId, may } = useSession();
  const { company } = texts;
  const { problems } = editor;
  const field = (draft: CompanyDraft, name: CompanyField, label: string) => ({
    label,
    // The browser would fill in the person at the keyboard, not the company.
    autoComplete: 'off',
    value: draft[name],
    error: problemOf(name, label),
    readOnly: !may.changeAccount,
    onChange: (event: { currentTarget: { value: string } }) => {
      const { value } = event.currentTarget;
      editor.edit((before) => ({ ...before, [name]: value }));
    },
  });
  const problemOf = (name: CompanyField, label: string) => {
    const message = problems.get(name);
    return message === undefined ? undefined : texts.problem(label, message);
  };
  return (
    <>
      <Heading title={company.heading} lead={company.lead} />
      {may.changeAccount ? null : <Notice kind="info">{texts.readOnly}</Notice>}
      <EditorForm
        editor={editor}
        waiting={
          <Paper aria-busy="true" p="var(--pad)">
            <Skeleton height={36} mb={20} />
            <Skeleton height={36} width="70%" />
          </Paper>
        }
      >
        {(draft) => (
          <>
            <Part title={company.name} hint={company.nameHint}>
              <TextInput required {...field(draft, '/account_name', company.name)} />
              <dl>
                <Box component="dt" fw={550}>
                  {company.accountId}
                </Box>
                <dd className="quiet">{accountId}</dd>
              </dl>
            </Part>
            <Part title={company.contact} hint={company.contactHint}>
              <TextInput
                description={company.contactNameHint}
                {...field(draft, '/primary_contact/name', company.contactName)}
              />
              <TextInput
                type="email"
                inputMode="email"
                required
                {...field(draft, '/primary_contact/email', company.contactEmail)}
              />
            </Part>
          </>
        )}
      </EditorForm>
      <Conflict
        editor={editor}
        title={texts.conflict.companyTitle}
        nameOf={(field) =>
          field === '/account_name'
            ? company.name
            : field === '/primary_contact/name'
              ? company.contactName
              : company.contactEmail
        }
      />
    </>
  );
}

/** A card with what its fields are for on the left and, where there is room, the fields on the right. */
function Part({ title, hint, children }: { title: string; hint: string; children: ReactNode }) {
  return (
    <Paper component="section" p="var(--pad)">
      <Group align="start" gap="12px 32px">
        <Box flex="2 1 220px">
          <h3>{title}</h3>
          <p className="quiet">{hint}</p>
        </Box>
        <Box flex="3 1 260px">
          <Stack gap={18} maw={460}>
            {children}
          </Stack>
        </Box>
      </Group>
    </Paper>
  );
}
