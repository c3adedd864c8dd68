import type { Account } from '@belfry/contract';
import { planDeliveries, type EventType } from '@belfry/domain';
import { texts } from '../texts.js';
import { plannedSettings, type SettingsDraft } from './draft.js';

/** What will be sent when an event of this type fires, with the settings now on the page. */
export function EventPlan({
  type,
  draft,
  account,
  isUrlGood,
  isUnsaved,
}: {
  type: EventType;
  draft: SettingsDraft;
  account: Account | undefined;
  isUrlGood: boolean;
  /** True where saving changes what is sent for this event type. */
  isUnsaved: boolean;
}) {
  if (account === undefined) return null;
  const plan = planDeliveries(type.key, plannedSettings(draft, account.account_id, isUrlGood), {
    accountId: account.account_id,
    accountName: account.account_name,
    primaryContact: account.primary_contact,
  });
  const emails = plan.filter(({ channel }) => channel === 'email');
  return (
    <p className="event-plan quiet small" title={emails.map(({ destination }) => destination).join(', ')}>
      {texts.settings.plan(plan.length - emails.length, emails.length, isUnsaved)}
    </p>
  );
}
