import { Button, Menu, Modal, useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useSession } from '../access/current-session.js';
import { request } from '../api/request.js';
import { texts } from '../texts.js';
import { Link } from './link.js';

/** One tab as the header shows it. */
export interface TabLink {
  readonly path: string;
  readonly name: string;
  readonly isUnsaved: boolean;
}

const schemes: readonly MantineColorScheme[] = ['light', 'dark', 'auto'];

/** The top of the page: whose settings these are, the tabs, the colours, the way out. */
export function Header({
  tabs,
  current,
  unsaved,
  onSignedOut,
}: {
  tabs: readonly TabLink[];
  current: string;
  /** How many changes would be lost. */
  unsaved: number;
  onSignedOut: () => void;
}) {
  const { accountName } = useSession();
  const [isAsking, setAsking] = useState(false);
  const signOut = useMutation({
    mutationFn: () => request('DELETE', '/v1/session'),
    onSuccess: onSignedOut,
    onSettled: () => setAsking(false),
  });
  return (
    <header className="top">
      <div className="top-row">
        <h1 className="top-title">
          <span className="top-account" dir="auto" title={accountName}>
            {accountName}
          </span>
          <span className="top-section">{texts.title}</span>
        </h1>
        <div className="top-actions">
          <ColourScheme />
          <Button
            variant="subtle"
            color="gray"
            size="compact-sm"
            loading={signOut.isPending}
            onClick={() => (unsaved > 0 ? setAsking(true) : signOut.mutate())}
          >
            {texts.signOut}
          </Button>
          <Modal
            opened={isAsking}
            onClose={() => setAsking(false)}
            title={texts.leave.title}
            closeButtonProps={{ 'aria-label': texts.actions.close }}
          >
            <p>{texts.leave.lead(unsaved)}</p>
            <div className="modal-actions">
              <Button variant="default" onClick={() => setAsking(false)}>
                {texts.actions.cancel}
              </Button>
              <Button loading={signOut.isPending} onClick={() => signOut.mutate()}>
                {texts.leave.confirm}
              </Button>
            </div>
          </Modal>
        </div>
      </div>
      <nav className="tabs" aria-label={texts.tabs.label}>
        {tabs.map(({ path, name, isUnsaved }) => (
          <Link key={path} href={path} className="tab" aria-current={path === current ? 'page' : undefined}>
            {name}
            {isUnsaved ? (
              <>
                <span className="tab-unsaved" aria-hidden="true" />
                <span className="visually-hidden"> ({texts.tabs.unsaved})</span>
              </>
            ) : null}
          </Link>
        ))}
      </nav>
    </header>
  );
}

function ColourScheme() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          aria-label={`${texts.colourScheme.label}: ${texts.colourScheme[colorScheme]}`}
        >
          <span className={`scheme-sign scheme-sign-${colorScheme}`} aria-hidden="true" />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {schemes.map((scheme) => (
          <Menu.Item
            key={scheme}
            role="menuitemradio"
            aria-checked={scheme === colorScheme}
            rightSection={scheme === colorScheme ? <span aria-hidden="true">✓</span> : null}
            onClick={() => setColorScheme(scheme)}
          >
            {texts.colourScheme[scheme]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
