/** The settings' draft and saving it, by the domain's rules. */
import type { NotificationSettings } from '@belfry/contract';
import { useCallback } from 'react';
import { useSession } from '../access/current-session.js';
import { accountPath, settingsQuery } from '../api/queries.js';
import { useEditor, type Editor } from '../editing/use-editor.js';
import { judge, withTypedTaken, type SettingsDraft } from './draft.js';
import { settingsForm } from './settings-form.js';
import { useAllowedDestinations } from './url-verdict.js';

/** By the domain's rules, with what the operator allows beyond them. */
function useSettingsJudge(draft: SettingsDraft | null, saved: NotificationSettings | null) {
  const { accountId, rules } = useSession();
  const allowed = useAllowedDestinations(draft?.webhookUrl ?? '', saved?.webhook_url ?? null);
  return useCallback(
    (judged: SettingsDraft) => judge(judged, accountId, { ...rules, allowed }),
    [accountId, rules, allowed],
  );
}

/** The settings as they are being edited. */
export function useSettingsEditor(): SettingsEditor {
  const { accountId, may } = useSession();
  return useEditor({
    form: settingsForm,
    path: `${accountPath(accountId)}/notification-settings`,
    query: settingsQuery(accountId),
    mayRead: may.readSettings,
    useJudge: useSettingsJudge,
    prepare: withTypedTaken,
  });
}

export type SettingsEditor = Editor<NotificationSettings, SettingsDraft>;
