/** The tabs, and what belongs to all of them: drafts that outlive a change of tab, the guard, the banner. */
import { useEffect, useState } from 'react';
import { Gone } from '../access/signed-out.js';
import { useSession } from '../access/current-session.js';
import { useConnectionLost } from '../api/connection.js';
import { CompanyTab } from '../company/company-tab.js';
import { useCompanyEditor } from '../company/company-editor.js';
import { DeliveriesTab } from '../deliveries/deliveries-tab.js';
import { FailureBoundary } from '../display/failure-boundary.js';
import { Notice } from '../display/notice.js';
import { SettingsTab } from '../settings/settings-tab.js';
import { useSettingsEditor } from '../settings/settings-editor.js';
import { texts } from '../texts.js';
import { useAddress } from './address.js';
import { Header, type TabLink } from './header.js';
import { useLeaveGuard } from './leave-guard.js';

export function Tabs({ isOver }: { isOver: boolean }) {
  const { accountName, may } = useSession();
  const { path, search } = useAddress();
  const [isGone, setGone] = useState(false);
  const connectionLost = useConnectionLost();
  const settings = useSettingsEditor();
  const company = useCompanyEditor();
  const unsaved = settings.unsaved.length + company.unsaved.length;
  useLeaveGuard(!isGone && !isOver && unsaved > 0);

  const all = [
    {
      path: '/company',
      name: texts.tabs.company,
      isUnsaved: company.unsaved.length > 0,
      isOpen: may.readAccount,
    },
    {
      path: '/',
      name: texts.tabs.notifications,
      isUnsaved: settings.unsaved.length > 0,
      isOpen: may.readSettings,
    },
    { path: '/deliveries', name: texts.tabs.deliveries, isUnsaved: false, isOpen: may.readDeliveries },
  ];
  // A session holds what the key that asked for its link holds.
  const tabs: readonly TabLink[] = all.filter(({ isOpen }) => isOpen);
  const current =
    tabs.find((tab) => tab.path === path) ?? tabs.find((tab) => tab.path === '/') ?? tabs[0] ?? null;
  const tabName = current?.name ?? texts.title;
  useEffect(() => {
    document.title = texts.pageTitle(tabName, accountName);
  }, [tabName, accountName]);

  if (isGone) return <Gone />;
  return (
    <>
      <a className="skip" href="#content">
        {texts.skipToContent}
      </a>
      <Header tabs={tabs} current={current?.path ?? ''} unsaved={unsaved} onSignedOut={() => setGone(true)} />
      <main className="page" id="content" tabIndex={-1}>
        <div className="banner" aria-live="polite">
          {connectionLost ? <Notice kind="warning">{texts.connection.lost}</Notice> : null}
          {search.get('link') === 'used' ? (
            <Notice kind="warning">{texts.access.linkUsedHere(accountName)}</Notice>
          ) : null}
          {current === null ? <Notice kind="warning">{texts.access.nothingHeld}</Notice> : null}
        </div>
        <FailureBoundary key={current?.path ?? ''}>
          {current?.path === '/company' ? <CompanyTab editor={company} /> : null}
          {current?.path === '/' ? <SettingsTab editor={settings} /> : null}
          {current?.path === '/deliveries' ? <DeliveriesTab /> : null}
        </FailureBoundary>
      </main>
    </>
  );
}
