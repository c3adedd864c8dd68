import {
  Box,
  Button,
  Group,
  Menu,
  Modal,
  useMantineColorScheme,
  type MantineColorScheme,
} from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useSession } from '../access/current-session.js';
import { request } from '../api/request.js';
import { Icon } from '../display/icon.js';
import { texts } from '../texts.js';
import { Link } from './link.js';

/** One tab as the header shows it. */
export interface TabLink {
  readonly path: string;
  readonly name: string;
  readonly isUnsaved: boolean;
}

const schemes: readonly MantineColorScheme[] = ['light', 'dark', 'auto'];

/** The top of the page: whose settings these are, the tabs, the colour scheme, and signing out. */
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
    <Box component="header" bg="var(--surface)" style={{ borderBottom: '1px solid var(--line)' }}>
      <Group className="top-row" pt={18} pb={6} justify="space-between" wrap="nowrap" gap={16}>
        <Group component="h1" align="baseline" gap="0 10px" miw={0} fz={16} fw={600}>
          <Box
            component="span"
            className="top-account cut"
            dir="auto"
            maw="min(480px, 60vw)"
            title={accountName}
          >
            {accountName}
          </Box>{' '}
          <Box component="span" className="top-section" c="dimmed" fz={14} fw={400}>
            {texts.title}
          </Box>
        </Group>
        <Group gap={4} wrap="nowrap">
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
          <Modal opened={isAsking} onClose={() => setAsking(false)} title={texts.leave.title}>
            <p>{texts.leave.lead(unsaved)}</p>
            <Group justify="flex-end" mt={20}>
              <Button variant="default" onClick={() => setAsking(false)}>
                {texts.actions.cancel}
              </Button>
              <Button loading={signOut.isPending} onClick={() => signOut.mutate()}>
                {texts.leave.confirm}
              </Button>
            </Group>
          </Modal>
        </Group>
      </Group>
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
    </Box>
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
          <Icon name={colorScheme} className="scheme-sign" />
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
