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
  const { accountName } = useSession();
  const { path } = useAddress();
  const [isGone, setGone] = useState(false);
  const connectionLost = useConnectionLost();
  const settings = useSettingsEditor();
  const company = useCompanyEditor();
  useLeaveGuard(!isGone && !isOver && (settings.unsaved.length > 0 || company.unsaved > 0));

  const tabs: readonly TabLink[] = [
    { path: '/company', name: texts.tabs.company, isUnsaved: company.unsaved > 0 },
    { path: '/', name: texts.tabs.notifications, isUnsaved: settings.unsaved.length > 0 },
    { path: '/deliveries', name: texts.tabs.deliveries, isUnsaved: false },
  ];
  const current = tabs.find((tab) => tab.path === path) ?? tabs[1]!;
  useEffect(() => {
    document.title = texts.pageTitle(current.name, accountName);
  }, [current.name, accountName]);

  if (isGone) return <Gone />;
  return (
    <>
      <a className="skip" href="#content">
        {texts.skipToContent}
      </a>
      <Header tabs={tabs} current={current.path} onSignedOut={() => setGone(true)} />
      <main className="page" id="content" tabIndex={-1}>
        <div className="banner" aria-live="polite">
          {connectionLost ? <Notice kind="warning">{texts.connection.lost}</Notice> : null}
        </div>
        <FailureBoundary key={current.path}>
          {current.path === '/company' ? <CompanyTab editor={company} /> : null}
          {current.path === '/' ? <SettingsTab editor={settings} /> : null}
          {current.path === '/deliveries' ? <DeliveriesTab /> : null}
        </FailureBoundary>
      </main>
    </>
  );
}
